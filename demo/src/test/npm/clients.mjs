// Asks an endpoint as clients written for Ollama and OpenAI do, and prints what they got as JSON.
// Arguments: base address, model, texts.
import {Ollama} from 'ollama';
import OpenAI from 'openai';

const [base, model, ...input] = process.argv.slice(2);

const ollama = new Ollama({host: base});
const openai = new OpenAI({baseURL: base + '/v1', apiKey: 'not-used'});
const embedded = await ollama.embed({model, input});
const created = await openai.embeddings.create({model, input});
const cut = await openai.embeddings.create({model, input, dimensions: 32, encoding_format: 'float'});
const error = await openai.embeddings.create({model: 'no-such-model', input}).catch(e => e);

// How they show a user and a password, as the security plugin wants it.
const shown = [];
const watched = (url, init) => {
  shown.push(new Headers(init.headers).get('authorization'));
  return fetch(url, init);
};
const Authorization = 'Basic ' + btoa('user:password');
await new Ollama({host: base, headers: {Authorization}, fetch: watched}).embed({model, input});
await new OpenAI({baseURL: base + '/v1', apiKey: 'not-used', defaultHeaders: {Authorization}, fetch: watched})
  .embeddings.create({model, input});

console.log(JSON.stringify({
  ollama: embedded.embeddings,
  openai: created.data.map(item => item.embedding),
  tokens: created.usage.total_tokens,
  cut: cut.data.map(item => item.embedding),
  error: {kind: error.constructor.name, status: error.status, message: error.message},
  shown,
}));
