"""Writes huggingface-cases.jsonl: small tokenizers of every supported kind and what Hugging Face makes of nasty texts with them.

    pip install tokenizers==0.23.2 && python huggingface-cases.py > huggingface-cases.jsonl

Each line holds a tokenizer.json and cases with it. Left out, because this project differs there on purpose or in offsets only:
RobertaProcessing with trim_offsets, and pairs where the room for tokens is odd (which text gets the odd one).
"""

import json
import random

from tokenizers import Tokenizer

DICE = random.Random(20260801)
PIECES = ["a", "b", "ab", "Hello", "WORLD", "world", "un", "##", "[SEP]", "[CLS]", "[MASK]", "foo", "foo bar", "İ", "Σ", "ß", "é",
          "e\u0301", "e\u0323\u0301", "\u0301", "\u200b", "\u00ad", "\ufeff", " ", "  ", "\t", "\r\n", "\u00a0", "\u3000", "\u0085",
          "\x0c", "\x1c", "\x00", "\ufffd", "中", "日本語", "\U00020000", "\U0002b825", "\uf900", "\U0002f800", "각", "ᄀ", "ᅡ", "क्षि",
          "😀", "👩\u200d👧", "ﬁ", "ｶﾞ", "①", "²", "𝔘", "ǅ", "،", "。", "!", "'s", "-", "_", "#", "\u166d", "\u2e43", "\ue000",
          "\u0378", "a" * 21, "é" * 20, "unaffable", "1,000", "naïve", "Ⅷ"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list("abcdefghijlnorstuvw018,!'-_#[]²।。中語éßσς") + [
    "##" + c for c in "abdefglnorstu0é²중"] + ["hello", "world", "un", "##aff", "##able", "foo", "##bar", "naive", "e\u0301", "각", "##中",
                                            "日", "본", "ss", "##ss", "\U00020000", "😀", "[sep]", "fi"]


def bert(clean, chinese, accents, lower):
    return {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese, "strip_accents": accents, "lowercase": lower}


def special(token, type_id=0):
    return {"SpecialToken": {"id": token, "type_id": type_id}}


def text(which, type_id=0):
    return {"Sequence": {"id": which, "type_id": type_id}}


def of(kind, **keys):
    return {"type": kind, **keys}


NORMALIZERS = [bert(c, h, a, l) for c in (True, False) for h in (True, False) for a in (None, True, False) for l in (True, False)] + [
    None, of("Lowercase"), of("StripAccents"), of("NFC"), of("NFD"), of("NFKC"), of("NFKD"),
    of("Sequence", normalizers=[of("NFD"), of("StripAccents"), of("Lowercase")]), of("Sequence", normalizers=[of("NFKC"), bert(True, True, None, True)])]
PRE_TOKENIZERS = [of("BertPreTokenizer"), of("Whitespace"), of("WhitespaceSplit"), None, of("Punctuation"),
                  of("Sequence", pretokenizers=[of("WhitespaceSplit"), of("Punctuation", behavior="Contiguous")])] + [
    of("Sequence", pretokenizers=[of("WhitespaceSplit"), of("Punctuation", behavior=b)]) for b in ("Removed", "MergedWithPrevious", "MergedWithNext")]
IDS = {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]},
       "two": {"id": "two", "ids": [4, 2], "tokens": ["[MASK]", "[CLS]"]}}
POST_PROCESSORS = [
    None, of("BertProcessing", sep=["[SEP]", 3], cls=["[CLS]", 2]),
    of("RobertaProcessing", sep=["[SEP]", 3], cls=["[CLS]", 2], trim_offsets=False, add_prefix_space=False),
    of("TemplateProcessing", single=[special("[CLS]"), text("A"), special("[SEP]")],
       pair=[special("[CLS]"), text("A"), special("[SEP]"), text("B", 1), special("[SEP]", 1)], special_tokens=IDS),
    of("TemplateProcessing", single=[text("A", 2), special("two", 3)], pair=[special("two", 4), text("B", 1), text("A", 2)], special_tokens=IDS),
    of("Sequence", processors=[of("BertProcessing", sep=["[SEP]", 3], cls=["[CLS]", 2])])]


def added_tokens():
    tokens = [dict(id=i, content=c, single_word=False, lstrip=c == "[MASK]", rstrip=False, normalized=False, special=True)
              for i, c in enumerate(VOCABULARY[:5])]
    for i, content in enumerate(DICE.sample(["foo", "foo bar", "É", "WORLD", "語", "😀 ", "ab"], DICE.choice([0, 0, 2, 4]))):
        tokens.append(dict(id=VOCABULARY.index(content) if content in VOCABULARY else len(VOCABULARY) + sum(
            t["id"] >= len(VOCABULARY) for t in tokens), content=content, single_word=DICE.random() < .4, lstrip=DICE.random() < .3,
            rstrip=DICE.random() < .3, normalized=DICE.random() < .5, special=False))
    return tokens


def some_text():
    return "".join(DICE.choice(PIECES) + DICE.choice(["", "", " "]) for _ in range(DICE.randint(0, 9)))


def case(file, tokenizer):
    recognize = DICE.random() < .7
    tokenizer.encode_special_tokens = not recognize
    a, b = some_text(), some_text() if DICE.random() < .25 else None
    plain = b is None and DICE.random() < .2
    most = DICE.choice([1000, 1000, 8, 10])
    if b is not None and (most - tokenizer.num_special_tokens_to_add(True)) % 2:
        most += 1
    tokenizer.enable_truncation(most)
    e = tokenizer.encode(a, b, add_special_tokens=not plain)
    starts, ends = [], []
    for (start, end), which in zip(e.offsets, e.sequence_ids):
        source = b if which == 1 else a
        starts.append(len(source[:start].encode("utf-16-le")) // 2)
        ends.append(len(source[:end].encode("utf-16-le")) // 2)
    return {"recognize": recognize, "text": a, "pair": b, "plain": plain, "max_tokens": most, "ids": e.ids, "type_ids": e.type_ids,
            "starts": starts, "ends": ends, "special": e.special_tokens_mask}


for index, normalizer in enumerate(NORMALIZERS * 2):
    file = {"added_tokens": added_tokens(), "normalizer": normalizer,
            "pre_tokenizer": PRE_TOKENIZERS[0] if index < len(NORMALIZERS) else DICE.choice(PRE_TOKENIZERS),
            "post_processor": DICE.choice(POST_PROCESSORS), "decoder": None, "truncation": None, "padding": None, "version": "1.0",
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 20,
                      "vocab": {t: i for i, t in enumerate(VOCABULARY)}}}
    tokenizer = Tokenizer.from_str(json.dumps(file))
    print(json.dumps({"tokenizer": file, "cases": [case(file, tokenizer) for _ in range(8)]}))
