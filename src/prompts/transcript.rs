//! Claude Code's transcripts: the person's prompts, and what each cost.
