import { type Plan, planOf } from "../directory/policy.ts";
import type { Quota } from "./quota-policy.ts";

export const FEATURES = ["alerts", "scheduled_reoptimization", "experiments", "priority_lane"] as const;
export type Feature = (typeof FEATURES)[number];

/** What a plan gives; null is as much as one likes. */
export interface Terms extends Record<Quota, number | null> {
  brokers: number | null;
  features: readonly Feature[];
  /** The largest `rate_multiplier` of the desk's API keys. */
  rate_multiplier: number;
  /** How many of the desk's jobs may be at work at once. */
  job_slots: number;
}

export const TERMS: Record<Plan, Terms> = {
  free: {
    calls_per_month: 1_000,
    research_jobs_per_day: 100,
    batch_jobs_per_day: 10,
    brokers: 1,
    features: ["alerts"],
    rate_multiplier: 1,
    job_slots: 2,
  },
  starter: {
    calls_per_month: 10_000,
    research_jobs_per_day: 100,
    batch_jobs_per_day: 10,
    brokers: 1,
    features: ["alerts", "scheduled_reoptimization"],
    rate_multiplier: 2,
    job_slots: 4,
  },
  pro: {
    calls_per_month: 100_000,
    research_jobs_per_day: 500,
    batch_jobs_per_day: 50,
    brokers: 3,
    features: ["alerts", "scheduled_reoptimization", "experiments"],
    rate_multiplier: 5,
    job_slots: 8,
  },
  enterprise: {
    calls_per_month: null,
    research_jobs_per_day: null,
    batch_jobs_per_day: null,
    brokers: null,
    features: FEATURES,
    rate_multiplier: 10,
    job_slots: 10,
  },
};

/** The terms of a plan; of a name that is none, the smallest. */
export const termsOf = (name: string): Terms => TERMS[planOf(name)];
