"""Every model of the roadmap, for Django to find; rooms import each other's models from the rooms."""

from roadmap.features.models import Feature, Fit, Part, Promise
from roadmap.ideas.models import Apart, Area, Idea, Importance, Likeness, Merge, OnBehalf, Voting, Weight
from roadmap.imports.models import Import
from roadmap.openness.models import Figures, Thanked
from roadmap.releases.models import Entry, Release
from roadmap.stages.models import Move, Reason, Stage
from roadmap.subscriptions.models import Delivery, Subscription

__all__ = [
    "Apart",
    "Area",
    "Delivery",
    "Entry",
    "Feature",
    "Figures",
    "Fit",
    "Idea",
    "Import",
    "Importance",
    "Likeness",
    "Merge",
    "Move",
    "OnBehalf",
    "Part",
    "Promise",
    "Reason",
    "Release",
    "Stage",
    "Subscription",
    "Thanked",
    "Voting",
    "Weight",
]
