-- What was asked of the strategy engine and what came of it: backtests, optimisations and experiments. Curves, trades and trials
-- are objects under the run's own prefix.
CREATE TABLE strategy_runs (
  id TEXT PRIMARY KEY,
  desk_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('backtest', 'optimization', 'experiment')),
  dataset_id TEXT NOT NULL,
  dataset_hash TEXT NOT NULL,
  -- Of an experiment, that of its first side.
  strategy TEXT NOT NULL,
  request TEXT NOT NULL,
  -- Its present job, and how that ended once its aftermath has begun.
  job_id TEXT NOT NULL,
  ended TEXT,
  result TEXT,
  error TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX strategy_runs_by_desk ON strategy_runs (desk_id, kind, created_at, id);
CREATE INDEX strategy_runs_by_strategy ON strategy_runs (desk_id, kind, strategy, created_at, id);
CREATE INDEX strategy_runs_by_dataset ON strategy_runs (desk_id, kind, dataset_id, created_at, id);
CREATE UNIQUE INDEX strategy_runs_by_job ON strategy_runs (job_id);
