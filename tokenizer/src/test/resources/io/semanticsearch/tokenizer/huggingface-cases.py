"""Writes huggingface-cases.jsonl: small tokenizers of every supported kind and what Hugging Face makes of nasty texts with them.

    pip install tokenizers==0.23.2 && python huggingface-cases.py > huggingface-cases.jsonl

Each line holds a tokenizer.json and cases with it. Left out, because this project differs there on purpose or in offsets only: pairs
where the room for tokens is odd (which text gets the odd one), special tokens that a model spells as one word where they are to be
text, unknown characters that vanish before others (offsets), and characters newer than both tables of Unicode.
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


def case(tokenizer, always_recognize=False):
    recognize = always_recognize or DICE.random() < .7
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
    print(json.dumps({"tokenizer": file, "cases": [case(tokenizer) for _ in range(8)]}))


def byte_alphabet():
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}


BYTES = byte_alphabet()
FALLBACK = [f"<0x{b:02X}>" for b in range(256)]
SPECIAL = ["<unk>", "<s>", "</s>"]


def words():
    return [DICE.choice(["", " "]) + piece for piece in DICE.choices(PIECES, k=40) if piece.strip()]


def bpe(byte_level):
    prefix, suffix = ("", "") if byte_level else DICE.choice([("", ""), ("", ""), ("##", ""), ("", "</w>")])
    fallback = not byte_level and not prefix and not suffix and DICE.random() < .5
    vocabulary = dict.fromkeys(SPECIAL + (list(BYTES.values()) if byte_level else FALLBACK if fallback else []))
    spelt = []
    for word in words():
        symbols = [BYTES[b] for b in word.encode()] if byte_level else list(word.replace(" ", "▁"))
        symbols = [prefix * (i > 0) + c + suffix * (i == len(symbols) - 1) for i, c in enumerate(symbols)]
        vocabulary.update(dict.fromkeys(c for c in symbols if byte_level or DICE.random() < .8))
        spelt.append([c for c in symbols if c in vocabulary])
    merges = []
    for _ in range(60):
        pairs = [pair for symbols in spelt for pair in zip(symbols, symbols[1:]) if pair[1].startswith(prefix)]
        if not pairs:
            break
        left, right = pair = DICE.choice(pairs)
        if pair in merges:
            continue
        merges.append(pair)
        vocabulary[left + right[len(prefix):]] = None
        for symbols in spelt:
            for i in range(len(symbols) - 1, 0, -1):
                if symbols[i - 1:i + 1] == list(pair):
                    symbols[i - 1:i + 1] = [left + right[len(prefix):]]
    return of("BPE", dropout=None, unk_token="<unk>", continuing_subword_prefix=prefix or None, end_of_word_suffix=suffix or None,
              fuse_unk=DICE.random() < .5, byte_fallback=fallback, ignore_merges=DICE.random() < .3,
              vocab={t: i for i, t in enumerate(vocabulary)},
              merges=[" ".join(m) for m in merges] if DICE.random() < .5 and all(" " not in t for m in merges for t in m) else merges)


def unigram():
    fallback = DICE.random() < .4
    tokens = dict.fromkeys(SPECIAL + (FALLBACK if fallback else []), 0.0)
    for word in words():
        word = word.replace(" ", "▁")
        for _ in range(3):
            begin = DICE.randrange(len(word))
            tokens.setdefault(word[begin:begin + DICE.randint(1, 4)], -float(DICE.randint(1, 6)) if DICE.random() < .5 else -10 * DICE.random())
    return of("Unigram", unk_id=0, byte_fallback=fallback, vocab=list(tokens.items()))


def split(pattern, behavior, invert=False):
    return of("Split", pattern=pattern, behavior=behavior, invert=invert)


def metaspace(scheme, pieces=True):
    return of("Metaspace", replacement="▁", prepend_scheme=scheme, split=pieces)


def sequence(*parts):
    return of("Sequence", pretokenizers=list(parts))


REGEXES = [r"\s+", r"\p{L}+|\p{N}", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"]
SUBWORD_NORMALIZERS = [
    None, None, of("NFC"), of("NFKC"), of("Nmt"), of("Strip", strip_left=True, strip_right=True), of("Prepend", prepend="▁"),
    of("Replace", pattern={"Regex": " {2,}"}, content=" "), of("Replace", pattern={"String": "a"}, content="bcd"),
    of("Sequence", normalizers=[of("Prepend", prepend="▁"), of("Replace", pattern={"String": " "}, content="▁")]),
    of("Sequence", normalizers=[of("NFD"), of("StripAccents"), of("Lowercase")])]
SUBWORD_PRE_TOKENIZERS = [
    None, metaspace("always"), metaspace("first"), metaspace("never"), metaspace("always", False), of("UnicodeScripts"),
    of("CharDelimiterSplit", delimiter="a"), sequence(of("WhitespaceSplit"), metaspace("always")),
    sequence(metaspace("first"), of("Digits", individual_digits=True)), of("Digits", individual_digits=False)] + [
    split(pattern, behavior, DICE.random() < .3) for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous")
    for pattern in ({"Regex": DICE.choice(REGEXES)}, {"String": DICE.choice(" ae")})]


def byte_level(use_regex=True):
    return of("ByteLevel", add_prefix_space=DICE.random() < .5, trim_offsets=DICE.random() < .5, use_regex=use_regex)


def roberta():
    return of("RobertaProcessing", sep=["</s>", 2], cls=["<s>", 1], trim_offsets=DICE.random() < .6, add_prefix_space=DICE.random() < .5)


for index in range(36):
    in_bytes = index % 3 == 0
    model = unigram() if index % 3 == 2 else bpe(in_bytes)
    pre_tokenizer = DICE.choice(SUBWORD_PRE_TOKENIZERS)
    if in_bytes:
        pre_tokenizer = byte_level() if DICE.random() < .5 else sequence(split({"Regex": REGEXES[2]}, "Isolated"), byte_level(False))
    file = {"added_tokens": [dict(id=i, content=c, single_word=False, lstrip=DICE.random() < .2, rstrip=False, normalized=False, special=True)
                             for i, c in enumerate(SPECIAL)],
            "normalizer": DICE.choice(SUBWORD_NORMALIZERS), "pre_tokenizer": pre_tokenizer,
            "post_processor": DICE.choice([byte_level(), roberta(), of("Sequence", processors=[byte_level(), roberta()])]) if in_bytes
            else DICE.choice([None, of("BertProcessing", sep=["</s>", 2], cls=["<s>", 1])]),
            "decoder": None, "truncation": None, "padding": None, "version": "1.0", "model": model}
    tokenizer = Tokenizer.from_str(json.dumps(file))
    print(json.dumps({"tokenizer": file, "cases": [case(tokenizer, True) for _ in range(8)]}))
