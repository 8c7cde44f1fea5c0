//! Models and those who sell answers of theirs.

use crate::prompts::secret::pattern::{Pattern, token};

pub(super) static TABLE: &[Pattern] = &[
    token(
        "anthropic-key",
        &["sk-ant-"],
        r"sk-ant-[0-9A-Za-z_\-]{24,}",
        &["«sk-ant-api03-%b93AA»", "«sk-ant-admin01-%b93AA»", "ANTHROPIC_API_KEY=«sk-ant-oat01-%b80»"],
        &["sk-ant-...", "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxx", "task-antelope"],
    ),
    token(
        "openrouter-key",
        &["sk-or-v1-"],
        r"sk-or-v1-[0-9a-f]{40,}",
        &["«sk-or-v1-%h64»"],
        &["sk-or-v1-<key>", "task-or-v1-review"],
    ),
    token(
        "openai-key",
        &["sk-"],
        r"~(sk-(?:proj|svcacct|admin|None)-[0-9A-Za-z_\-]{20,}|sk-[0-9A-Za-z]{20,}T3BlbkFJ[0-9A-Za-z]{20,}|sk-[0-9A-Za-z]{32,})",
        &["«sk-proj-%b74T3BlbkFJ%b74»", "OPENAI_API_KEY=«sk-%w20T3BlbkFJ%w20»", "«sk-svcacct-%b58»", "«sk-%h32»"],
        &[
            "sk-learn",
            "the sk-proj-template-of-ours",
            "risk-analysis-of-the-quarter",
            "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ],
    ),
    token(
        "huggingface-token",
        &["hf_", "api_org_"],
        r"((?:hf|api_org)_[A-Za-z0-9]{30,})",
        &["«hf_%w34»", "«api_org_%w34»"],
        &["hf_hub_download", "shelf_life"],
    ),
    token("replicate-token", &["r8_"], r"(r8_[0-9A-Za-z]{36,})", &["«r8_%w37»"], &["for8_loop", "r8_config"]),
    token("groq-key", &["gsk_"], r"(gsk_[0-9A-Za-z]{40,})", &["«gsk_%w52»"], &["gsk_style"]),
    token("xai-key", &["xai-"], r"(xai-[0-9A-Za-z]{60,})", &["«xai-%w80»"], &["xai-grok-is-a-model"]),
    token("perplexity-key", &["pplx-"], r"(pplx-[0-9A-Za-z]{40,})", &["«pplx-%w48»"], &["pplx-70b-online"]),
    token(
        "tavily-key",
        &["tvly-"],
        r"(tvly-[0-9A-Za-z\-]{28,})",
        &["«tvly-dev-%w32»", "«tvly-%w32»"],
        &["tvly-search"],
    ),
    token(
        "langsmith-key",
        &["lsv2_"],
        r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}",
        &["«lsv2_pt_%h32_%h10»"],
        &["lsv2_pt_name"],
    ),
    token("pinecone-key", &["pcsk_"], r"(pcsk_[0-9A-Za-z_]{50,})", &["«pcsk_%w6_%w63»"], &["pcsk_index"]),
];
