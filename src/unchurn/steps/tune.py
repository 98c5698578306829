"""tune: Prepared → Params, the fixed configurations and those a search found."""

from __future__ import annotations

from unchurn import interruption
from unchurn import project as config
from unchurn.artefacts import Params, Prepared
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.fitting.booster import Settings
from unchurn.modelling.fitting.folds import Folds
from unchurn.modelling.fitting.plan import Plan, plan
from unchurn.modelling.fitting.search import Search
from unchurn.modelling.fitting.space import rate_of
from unchurn.modelling.fitting.training_rows import Rows
from unchurn.progress import Progress


def tune(
    prepared: Prepared,
    tune: config.Tune,
    train: config.Train,
    split: config.Split,
    features: config.Features,
    progress: Progress,
) -> Params:
    """Choose what `train` will fit: configurations as canonical strings, nothing fitted.

    The search is scored by the same folds and fits that `train` uses; what it finds best by
    [tune] objective is added to the fixed configurations and the team's own, and weighed with
    them, so that it can never make the model worse.
    Ctrl-C ends the search and keeps the best so far.
    """
    encoder = Encoder.from_plain(prepared.encoder)
    rows = prepared.rows
    size = plan(rows["train"], rows["train_churned"], len(encoder.columns), split.folds)
    configurations = size.fixed(train.configurations, train.own)
    trials = 0 if tune.trials < 0 and not tune.seconds else tune.trials
    if trials or tune.seconds:
        found = _search(prepared, encoder, size, train, tune, trials, progress)
        configurations += found.best()
    return Params([each.to_plain() for each in configurations])


def _search(
    prepared: Prepared,
    encoder: Encoder,
    size: Plan,
    train: config.Train,
    tune: config.Tune,
    trials: int,
    progress: Progress,
) -> Search:
    rows = Rows.read(prepared.train, encoder)
    settings = Settings.of(encoder.feature_types, rows.labels, train)
    folds = Folds.of(rows, settings, size.folds, size.rounds)
    search = Search(folds, train.seed, rate_of(tune, size), tune)
    with progress.task("Searching configurations", trials if trials > 0 else None) as task:

        def say(words: str) -> None:
            task.advance()
            task.say(words)

        try:
            search.run(trials, tune.seconds, say)
        except KeyboardInterrupt:
            interruption.answered()
            progress.note(f"The search was stopped after {len(search.found)} finished trials.")
    return search
