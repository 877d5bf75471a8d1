#include "server/settings.hpp"

namespace schema_audit::server::settings {
namespace {

int mode = static_cast<int>(guard::Mode::enforce);
bool mode_is_explicit = false;
char *migration_label = nullptr;
char *override_text = nullptr;
char *exempt_text = nullptr;
bool require_defaults = false;
bool order = false;
bool closed = false;
int small_rows = 100'000;
int small_megabytes = 64;
int kept_kilobytes = 64 * 1024;
int retention = 0;
int log_size = 0;
int unused_seconds = 0;
#ifdef SCHEMA_AUDIT_DEBUG
char *fault = nullptr;
int version = 0;
#endif

constexpr config_enum_entry mode_options[] = {
    {"enforce", static_cast<int>(guard::Mode::enforce), false},
    {"warn", static_cast<int>(guard::Mode::warn), false},
    {"log", static_cast<int>(guard::Mode::log), false},
    {"off", static_cast<int>(guard::Mode::off), false},
    {nullptr, 0, false},
};

// The source is known here alone; `extra` travels with the value through SET LOCAL, RESET and roll back.
bool check_mode([[maybe_unused]] int *value, void **extra, GucSource source) {
    auto *is_explicit = static_cast<bool *>(schema_audit_guc_malloc(sizeof(bool)));
    if (is_explicit == nullptr) {
        return false;
    }
    *is_explicit = source > PGC_S_DYNAMIC_DEFAULT;
    *extra = is_explicit;
    return true;
}

void assign_mode([[maybe_unused]] int value, void *extra) {
    mode_is_explicit = extra != nullptr && *static_cast<bool *>(extra);
}

bool check_override(char **value, [[maybe_unused]] void **extra, GucSource source) {
    if (*value == nullptr || source <= PGC_S_DYNAMIC_DEFAULT || (*value)[std::strspn(*value, " \t\r\n")] != '\0') {
        return true;
    }
    GUC_check_errdetail("An override needs a reason, which goes to schema_audit.ddl_log.");
    GUC_check_errhint("RESET schema_audit.override ends it.");
    return false;
}

bool check_exempt(char **value, [[maybe_unused]] void **extra, GucSource source) {
    if (*value == nullptr || source <= PGC_S_DYNAMIC_DEFAULT) {
        return true;
    }
    using Kind = guard::ExemptProblem::Kind;
    const guard::ExemptProblem problem = guard::check_exempt(*value);
    const auto length = static_cast<int>(problem.rule.size());
    switch (problem.kind) {
        case Kind::none:
            return true;
        case Kind::no_rule:
            GUC_check_errdetail("It names no rule.");
            break;
        case Kind::no_reason:
            GUC_check_errdetail("It has no reason, which goes to schema_audit.ddl_log.");
            break;
        case Kind::unknown_rule:
            GUC_check_errdetail("There is no rule \"%.*s\".", length, problem.rule.data());
            break;
        case Kind::rule_of_the_audit:
            GUC_check_errdetail("Rule \"%.*s\" is one of the audit, not of the guard.", length, problem.rule.data());
            break;
    }
    GUC_check_errhint(
        "Rules, a colon and the reason: SET LOCAL schema_audit.exempt = 'drop-column, drop-table: why'; "
        "SELECT rule FROM schema_audit.rules() WHERE acts_on <> 'audit' lists them; "
        "RESET schema_audit.exempt ends it.");
    return false;
}

const char *text_or_empty(const char *text) noexcept { return text != nullptr ? text : ""; }

}  // namespace

void define() {
    DefineCustomEnumVariable(
        "schema_audit.mode", "What the guard does with unsafe DDL.",
        "Set explicitly it overrides, for the session, the mode that schema_audit.enable() stored for the database.",
        &mode, static_cast<int>(guard::Mode::enforce), mode_options, PGC_SUSET, 0, check_mode, assign_mode, nullptr);
    DefineCustomStringVariable("schema_audit.migration",
                               "Label of the running migration, written to schema_audit.ddl_log.", nullptr,
                               &migration_label, nullptr, PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomStringVariable("schema_audit.override", "A reason for which rejected DDL is let through and logged.",
                               nullptr, &override_text, nullptr, PGC_SUSET, 0, check_override, nullptr, nullptr);
    DefineCustomStringVariable("schema_audit.exempt",
                               "Rules that are let through and logged, and the reason: \"drop-column: OPS-12\".",
                               nullptr, &exempt_text, nullptr, PGC_SUSET, 0, check_exempt, nullptr, nullptr);
    DefineCustomBoolVariable(
        "schema_audit.require_database_defaults",
        "The audit reports NOT NULL columns that have no database default, even where the model's writers fill them.",
        nullptr, &require_defaults, false, PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomBoolVariable("schema_audit.fail_closed",
                             "An internal error of the guard fails the DDL instead of being logged.", nullptr, &closed,
                             false, PGC_SUSET, 0, nullptr, nullptr, nullptr);
    DefineCustomIntVariable(
        "schema_audit.min_rows",
        "Rules that judge by size act on tables with at least so many rows; smaller ones are logged.", nullptr,
        &small_rows, small_rows, 0, INT_MAX, PGC_SUSET, 0, nullptr, nullptr, nullptr);
    DefineCustomIntVariable("schema_audit.min_bytes",
                            "Rules that judge by size act on tables of at least this size; smaller ones are logged.",
                            nullptr, &small_megabytes, small_megabytes, 0, MAX_KILOBYTES / 1024, PGC_SUSET, GUC_UNIT_MB,
                            nullptr, nullptr, nullptr);
    DefineCustomIntVariable("schema_audit.log_retention", "How long rows of schema_audit.ddl_log are kept.",
                            "0 keeps them for ever.", &retention, retention, 0, INT_MAX, PGC_SUSET, GUC_UNIT_MIN,
                            nullptr, nullptr, nullptr);
    DefineCustomIntVariable("schema_audit.log_max_size", "How much of schema_audit.ddl_log is kept.", "0 keeps all.",
                            &log_size, log_size, 0, MAX_KILOBYTES / 1024, PGC_SUSET, GUC_UNIT_MB, nullptr, nullptr,
                            nullptr);
    DefineCustomBoolVariable("schema_audit.compare_column_order",
                             "The audit reports tables whose columns stand in another order than the model says.",
                             nullptr, &order, false, PGC_USERSET, 0, nullptr, nullptr, nullptr);
    DefineCustomIntVariable("schema_audit.unused_index_age",
                            "The audit reports indexes that no query has used for so long.", "0 reports none.",
                            &unused_seconds, unused_seconds, 0, INT_MAX, PGC_USERSET, GUC_UNIT_S, nullptr, nullptr,
                            nullptr);
    DefineCustomIntVariable("schema_audit.kept_memory",
                            "How much memory a session may keep of what an audit read, to read less the next time.",
                            "What needs more is not kept; 0 keeps nothing.", &kept_kilobytes, kept_kilobytes, 0,
                            MAX_KILOBYTES, PGC_USERSET, GUC_UNIT_KB, nullptr, nullptr, nullptr);
#ifdef SCHEMA_AUDIT_DEBUG
    DefineCustomStringVariable("schema_audit.debug_fault", "Where the guard fails on purpose.", nullptr, &fault,
                               nullptr, PGC_SUSET, 0, nullptr, nullptr, nullptr);
    DefineCustomIntVariable("schema_audit.debug_server_version", "For which version the guard takes the server.",
                            "0 is the real one.", &version, 0, 0, INT_MAX, PGC_SUSET, 0, nullptr, nullptr, nullptr);
#endif
    MarkGUCPrefixReserved("schema_audit");
}

std::optional<guard::Mode> explicit_mode() noexcept {
    return mode_is_explicit ? std::optional(static_cast<guard::Mode>(mode)) : std::nullopt;
}
const char *migration() noexcept { return text_or_empty(migration_label); }
const char *override_reason() noexcept { return text_or_empty(override_text); }
const char *exempt() noexcept { return text_or_empty(exempt_text); }
bool require_database_defaults() noexcept { return require_defaults; }
bool compare_column_order() noexcept { return order; }
bool fail_closed() noexcept { return closed; }
std::size_t kept_bytes() noexcept { return static_cast<std::size_t>(kept_kilobytes) * 1024; }
int log_retention_minutes() noexcept { return retention; }
int log_max_megabytes() noexcept { return log_size; }
int unused_index_seconds() noexcept { return unused_seconds; }
std::int64_t min_rows() noexcept { return small_rows; }
std::int64_t min_bytes() noexcept { return std::int64_t{small_megabytes} * 1024 * 1024; }
#ifdef SCHEMA_AUDIT_DEBUG
const char *debug_fault() noexcept { return text_or_empty(fault); }
int debug_server_version() noexcept { return version; }
#endif

}  // namespace schema_audit::server::settings
