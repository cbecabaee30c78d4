"""What the search keeps: an entry for each item that can be found, how common each term is, and the words known.

The index itself, which both databases make in their own way, is in `search.tables`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from community.feedback.models import Item
from community.lib.slots import Slot
from community.lib.text import Analysed


class Entry(models.Model):
    """The words of one item as the analyser left them. `about` is what it hangs on, or the item itself."""

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="search_entry")
    about = models.ForeignKey(Item, models.CASCADE, related_name="+")
    is_learnt = models.BooleanField(default=False)  # counted in Frequency, its words in Word
    language = models.CharField(max_length=10, blank=True)
    title_words = models.TextField(blank=True)
    title_stems = models.TextField(blank=True)
    words = models.TextField(blank=True)
    stems = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index("item", name="entry_unlearnt", condition=Q(is_learnt=False))]

    def __str__(self) -> str:
        return f"entry of {self.item_id}"

    @property
    def title(self) -> Analysed:
        return Analysed(self.title_words, self.title_stems)

    @property
    def body(self) -> Analysed:
        return Analysed(self.words, self.stems)

    @property
    def corpus(self) -> str:
        """The language whose entries it is counted with."""
        return self.language[:2]

    def says_the_same_as(self, other: "Entry") -> bool:
        names = ("about_id", "language", "title_words", "title_stems", "words", "stems")
        return all(getattr(self, name) == getattr(other, name) for name in names)


class Corpus(models.Model):
    """The entries in one language, as far as they are learnt: what is common in one is rare in another."""

    language = models.CharField(max_length=2, primary_key=True)  # empty where nobody said which
    entries = models.IntegerField(default=0)
    length = models.BigIntegerField(default=0)  # characters of all their words

    def __str__(self) -> str:
        return f"{self.language or '?'}: {self.entries}"

    @classmethod
    def all_entries(cls) -> int:
        return sum(cls.objects.values_list("entries", flat=True))


class Frequency(models.Model):
    """In how many entries of a corpus a term stands, by its number: an estimate that only `reindex` counts anew."""

    pk = models.CompositePrimaryKey("term", "corpus")
    term = models.IntegerField()
    corpus = models.ForeignKey(Corpus, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    entries = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.term} in {self.corpus_id}: {self.entries}"


class Word(models.Model):
    """A word that somebody wrote, for those who mistype it."""

    word = models.CharField(max_length=40, primary_key=True)
    entries = models.IntegerField()

    def __str__(self) -> str:
        return self.word


class Shortened(models.Model):
    """A word without one of its letters, as a number: two words one error apart have one in common."""

    number = models.IntegerField()
    word = models.ForeignKey(Word, models.CASCADE, related_name="shortened")

    class Meta:
        indexes = [models.Index(fields=["number"], name="shortened_number")]

    def __str__(self) -> str:
        return f"{self.number}: {self.word_id}"


class Index(models.Model):
    """The one row about the index as a whole: how it was made, and how far a rebuilding has come."""

    version = models.PositiveSmallIntegerField(default=0)
    rebuilt_to = models.BigIntegerField(null=True)  # the last item of a rebuilding on its way
    departures = models.PositiveIntegerField(default=0)  # how often words were forgotten, for whoever is counting

    def __str__(self) -> str:
        return f"version {self.version}"

    @classmethod
    def current(cls) -> "Index":
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def change(cls, **values: Any) -> None:
        """Set these on the row, which is made where it is missing."""
        if not cls.objects.filter(pk=1).update(**(values or {"id": 1})):
            cls.objects.get_or_create(pk=1)
            cls.objects.filter(pk=1).update(**(values or {"id": 1}))


class Kind:
    """A kind of item that can be found. Replies and the like are found as part of what they hang on."""

    def __init__(
        self, label: Any, *, icon: str = "chat", hangs_on_another: bool = False, is_help: bool = False
    ) -> None:
        self.label = label
        self.icon = icon
        self.hangs_on_another = hangs_on_another
        self.is_help = is_help  # written to answer, so that it comes first while somebody asks


kinds: Slot[Kind] = Slot("kinds of items that can be found")
# By kind of what hangs on others: an item → the ids of all that hang on it.
hanging_on: Slot[Callable[[int], Iterable[int]]] = Slot("what hangs on an item")
