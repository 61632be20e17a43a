"""Between what people type after `/dext` and invocations, by the usage lines of the commands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from commands.errors import UsageError
from commands.lexer import Token, tokens
from commands.phrases import SYNONYMS, Match, is_word, matches, said
from commands.replies import Button, Invocation, call
from commands.usage import Argument, Element, Literal, arguments, elements, head, sparing, words

NEAR = 0.75  # of 1: one slip in a word of four letters, two in one of eight


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One way to say a command: its usage line, or an alias of it.

    An alias with arguments is a usage line itself; one without stands for the leading words.
    `choices` are the values of arguments that have few: {argument: values}; `askable` are those
    that are asked for where they were not typed.
    """

    command: str
    usage: str
    aliases: tuple[str, ...] = ()
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    askable: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Phrase:
    command: str
    usage: str
    elements: tuple[Element, ...]
    head: tuple[Literal, ...]


class Grammar:
    """All sentences, ready to be understood. `bare` is what nothing at all means."""

    def __init__(self, sentences: Iterable[Sentence], *, bare: Invocation) -> None:
        self._bare = bare
        self._by_command: dict[str, _Phrase] = {}
        self._by_word: dict[str, list[_Phrase]] = {}
        self._vocabulary = set(SYNONYMS)
        for sentence in sentences:
            for phrase in _phrases(sentence):
                self._add(phrase)

    def parse(self, text: str) -> Invocation:
        """Understand what was typed, or raise `UsageError` with the nearest command."""
        typed = tuple(tokens(text))
        if not typed:
            return self._bare
        found = self._understand(typed)
        if found is None:
            raise self._misunderstood(typed)
        return found

    def print(self, invocation: Invocation) -> str:
        """What to type for this; `parse` gives it back. ValueError where nothing can be typed."""
        if invocation == self._bare:
            return ""
        phrase = self._by_command.get(invocation.command)
        if phrase is None:
            raise ValueError(f"{invocation.command} cannot be typed")
        unsaid = set(invocation.arguments) - {a.name for a in arguments(phrase.elements)}
        if unsaid:
            raise ValueError(f"{phrase.usage} has no place for {', '.join(sorted(unsaid))}")
        return " ".join(said(phrase.elements, invocation.arguments, self._vocabulary))

    def _add(self, phrase: _Phrase) -> None:
        assert phrase.head, f"{phrase.usage} begins with no word"
        self._by_command.setdefault(phrase.command, phrase)
        self._vocabulary.update(words(phrase.elements))
        for word in phrase.head[0].words:
            self._by_word.setdefault(word, []).append(phrase)

    def _beginning_with(self, word: str) -> list[_Phrase]:
        return self._by_word.get(word, []) + self._by_word.get(SYNONYMS.get(word, ""), [])

    def _first_words(self) -> list[str]:
        return [*self._by_word, *(word for word, ours in SYNONYMS.items() if ours in self._by_word)]

    def _understand(self, typed: tuple[Token, ...]) -> Invocation | None:
        best: Match | None = None
        command = ""
        named = 0  # words of a command whose arguments were not understood: no name to search for
        for phrase in self._beginning_with(typed[0].word):
            heading = _head_typed(phrase, typed)
            named = max(named, heading)
            for match in matches(phrase.elements, typed) if heading else ():
                if best is None or match.weight > best.weight:
                    best, command = match, phrase.command
        if best is None or best.weight < named:
            return None
        return Invocation(command=command, arguments=best.bound)

    def _misunderstood(self, typed: tuple[Token, ...]) -> UsageError:
        first = typed[0]
        known = self._beginning_with(first.word)
        if known:
            meant = max(known, key=lambda phrase: _closeness(phrase, typed))
            return UsageError(
                text=first.text,
                usage=meant.usage,
                is_known=True,
                suggestion=self._suggestion(call(meant.command)),
            )
        nearest = process.extractOne(
            first.word,
            self._first_words(),
            scorer=DamerauLevenshtein.normalized_similarity,
            score_cutoff=NEAR,
        )
        if nearest is None:
            return UsageError(text=first.text)
        meant = self._beginning_with(nearest[0])[0]
        retold = self._understand((Token(text=nearest[0]), *typed[1:])) or call(meant.command)
        press = self._suggestion(retold)
        usage = self.print(retold) if press else self._by_command[retold.command].usage
        return UsageError(text=first.text, usage=usage, suggestion=press)

    def _suggestion(self, invocation: Invocation) -> Button | None:
        """A button for it, where nothing is missing."""
        parts = self._by_command[invocation.command].elements
        needed = {e.name for e in parts if isinstance(e, Argument)}
        if not needed <= invocation.arguments.keys():
            return None
        label = " ".join(said(parts, invocation.arguments))
        return Button(label=_shortened(label[:1].upper() + label[1:]), does=invocation)


def _phrases(sentence: Sentence) -> Iterator[_Phrase]:
    own = sparing(elements(sentence.usage, sentence.choices), sentence.askable)
    yield _phrase(sentence, own)
    for alias in sentence.aliases:
        spoken = sparing(elements(alias, sentence.choices), sentence.askable)
        tail = () if any(arguments(spoken)) else own[len(head(own)) :]
        yield _phrase(sentence, (*spoken, *tail))


def _phrase(sentence: Sentence, parts: tuple[Element, ...]) -> _Phrase:
    return _Phrase(command=sentence.command, usage=sentence.usage, elements=parts, head=head(parts))


def _head_typed(phrase: _Phrase, typed: tuple[Token, ...]) -> int:
    """How many words it begins with, if all of them were typed."""
    if len(phrase.head) > len(typed):
        return 0
    pairs = zip(phrase.head, typed, strict=False)
    return len(phrase.head) if all(is_word(token, literal) for literal, token in pairs) else 0


def _closeness(phrase: _Phrase, typed: tuple[Token, ...]) -> tuple[int, bool]:
    """How many of its words were typed; with more than those, a line with arguments was meant."""
    pairs = zip(phrase.head, typed, strict=False)
    return sum(is_word(token, literal) for literal, token in pairs), any(arguments(phrase.elements))


def _shortened(label: str, longest: int = 30) -> str:
    return label if len(label) <= longest else label[: longest - 1].rstrip() + "…"
