// schema_audit.lint() and explain_policy(): the rules of the guard asked about a text. Nothing of it runs.
#include "core/guard/policy.hpp"
#include "core/guard/script.hpp"
#include "core/guard/statement_rules.hpp"
#include "core/schema/ddl_script.hpp"

#include "server/ddl_statement.hpp"
#include "server/entry.hpp"
#include "server/policy.hpp"
#include "server/result_rows.hpp"
#include "server/statement_facts.hpp"
#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

struct LintFinding {
    int line = 0, statement_number = 0;
    Severity severity = Severity::info;
    std::string rule, identity, message, fix;
    struct Policy {
        std::string action, decision, decided_by, setting_id, reason, explanation;
    };
    Policy policy;  // of explain_policy()
};

struct Options {
    bool in_transaction = false;
    bool exists = false;
    bool explain = false;  // the policy of this session, also where it says off
};

// A text that parses as a whole costs one call of the parser; otherwise each statement is parsed by itself.
List *parse(const char *text) {
    const int nest_level = NewGUCNestLevel();
    set_config_option("standard_conforming_strings", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    List *statements = raw_parser(text, RAW_PARSE_DEFAULT);
    AtEOXact_GUC(true, nest_level);
    return statements;
}

class Linter {
public:
    Linter(std::string_view sql, const Options &options, std::string creation_schema)
        : script_text_(strip_client_lines(sql)),
          options_(options),
          script_(std::move(creation_schema), options.in_transaction),
          policy_(current_policy()),
          session_(session_facts(policy_)) {
        if (!options_.explain) {
            session_.mode = guard::Mode::enforce;
            session_.override_reason.clear();
            session_.exempt_rules.clear();
        }
    }

    std::vector<LintFinding> run() {
        List *statements = nullptr;
        const char *text = script_text_.text.c_str();
        try {
            in_subtransaction(Keep::on_success, [&] { statements = server_call([=] { return parse(text); }); });
        } catch (const ServerError &error) {
            if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
                throw;
            }
            run_one_by_one();
            return finish();
        }
        std::vector<Parsed> parsed;
        const ListCell *cell = nullptr;
        foreach (cell, statements) {
            const auto *raw = lfirst_node(RawStmt, cell);
            parsed.push_back({raw->stmt, static_cast<std::size_t>(raw->stmt_location)});
        }
        judge_all(parsed);
        return finish();
    }

private:
    struct Parsed {
        const Node *tree;
        std::size_t offset;
    };

    // Looking up a type or an option may raise, and leave something open: one subtransaction for as many statements
    // as raise nothing.
    void judge_all(const std::vector<Parsed> &statements) {
        std::size_t next = 0;
        while (next < statements.size()) {
            try {
                in_subtransaction(Keep::on_success, [&] {
                    for (; next < statements.size(); ++next) {
                        judge(statements[next]);
                    }
                });
            } catch (const ServerError &error) {
                if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
                    throw;
                }
                report_unreadable(error);
                ++next;
            }
        }
    }

    void run_one_by_one() {
        for (const StatementRange &range : split_statements(script_text_.text)) {
            const std::string text = script_text_.text.substr(range.begin, range.length);
            const char *source = text.c_str();
            List *statements = nullptr;
            try {
                in_subtransaction(Keep::on_success, [&] { statements = server_call([=] { return parse(source); }); });
            } catch (const ServerError &error) {
                if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
                    throw;
                }
                report_syntax_error(error, text, range.begin);
                continue;
            }
            const ListCell *cell = nullptr;
            foreach (cell, statements) {
                judge_all({{lfirst_node(RawStmt, cell)->stmt, range.begin}});
            }
        }
    }

    void report_syntax_error(const ServerError &error, const std::string &text, std::size_t begin) {
        begin_statement(begin);
        LintFinding finding;
        finding.rule = "syntax-error";
        finding.severity = Severity::error;
        finding.statement_number = number_;
        finding.message = error.data()->message != nullptr ? error.data()->message : "cannot be parsed";
        // The position counts characters; what is before it is walked through byte by byte.
        std::size_t at = 0;
        for (int characters = 1; at < text.size() && characters < error.data()->cursorpos; ++characters) {
            at += static_cast<std::size_t>(pg_database_mblen(text, at));
        }
        finding.line = line_of(script_text_.text, begin + at);
        const std::size_t line_start = script_text_.text.rfind('\n', begin + at == 0 ? 0 : begin + at - 1);
        const std::size_t column = begin + at - (line_start == std::string::npos ? 0 : line_start + 1) + 1;
        finding.message += ", column " + std::to_string(column);
        findings_.push_back(std::move(finding));
    }

    static int pg_database_mblen(const std::string &text, std::size_t at) {
        const char *character = text.c_str() + at;
        return server_call([=] { return pg_mblen(character); });
    }

    void begin_statement(std::size_t offset) {
        ++number_;
        const std::size_t start = statement_start(script_text_.text, offset);
        // Lines are counted on from the statement before.
        if (start >= counted_) {
            line_ += line_of(std::string_view(script_text_.text).substr(counted_), start - counted_) - 1;
            counted_ = start;
        }
        lines_.push_back(line_);
    }

    void judge(const Parsed &parsed) {
        begin_statement(parsed.offset);
        const guard::DdlStatement statement = statement_from(parsed.tree);
        guard::StatementFacts facts;
        std::vector<std::string> judged;
        if (const auto *code = std::get_if<guard::OpaqueCode>(&statement)) {
            report_opaque(*code);
        }
        guard::Need needs = guard::needs_of(statement);
        if (std::holds_alternative<guard::AlterTable>(statement)) {
            needs = needs | guard::Need::columns | guard::Need::size;
        } else if (std::holds_alternative<guard::CreateTable>(statement)) {
            needs = needs | guard::Need::facts;
        }
        if (needs != guard::Need::none) {
            read_facts(statement, needs, parsed.tree, facts);
            set_session();
            judged = report(guard::judge_statement({statement, facts, session_}));
        }
        script_.follow(statement, facts, number_, judged);
        take_end_findings();
    }

    void read_facts(const guard::DdlStatement &statement, guard::Need needs, const Node *tree,
                    guard::StatementFacts &facts) {
        facts = read_statement_facts(statement, needs, tree, &memory_);
        std::erase_if(facts.tables, [&](const auto &known) { return script_.is_new(known.name); });
        script_.refine(facts);
        if (!options_.exists) {
            return;
        }
        for (const guard::RelationName &name : guard::relations_of(statement)) {
            if (facts.table(name) == nullptr && !script_.is_new(name)) {
                guard::TableFacts assumed;
                assumed.schema = name.schema;
                assumed.name = name.name;
                assumed.size.assumed = true;
                assumed.kind = std::holds_alternative<guard::DropObjects>(statement) &&
                                       std::get<guard::DropObjects>(statement).object_type == "INDEX"
                                   ? guard::RelationKind::index
                                   : guard::RelationKind::table;
                facts.tables.push_back({name, std::move(assumed)});
            }
        }
    }

    // What the script has set counts; what it has not is unknown, and taken from this session.
    void set_session() {
        session_.in_transaction_block = script_.in_transaction();
        session_.single_command = !session_.in_transaction_block;
        session_.lock_timeout_ms = milliseconds("lock_timeout", session_.lock_timeout_ms);
        session_.statement_timeout_ms = milliseconds("statement_timeout", session_.statement_timeout_ms);
    }

    [[nodiscard]] std::int64_t milliseconds(const char *name, std::int64_t otherwise) const {
        const std::string *text = script_.setting(name);
        if (text == nullptr) {
            return otherwise;
        }
        const char *value = text->c_str();
        int result = 0;
        return server_call([&] { return parse_int(value, &result, GUC_UNIT_MS, nullptr); }) ? result : otherwise;
    }

    // Returns the columns about which a rule of the required-column family has told.
    std::vector<std::string> report(std::vector<guard::GuardFinding> found) {
        std::vector<std::string> judged;
        for (const guard::GuardFinding &finding : found) {
            if (finding.required_column) {
                judged.push_back(finding.column);
            }
        }
        for (const guard::GuardFinding &finding : found) {
            judge_by_policy(finding, number_);
        }
        return judged;
    }

    void judge_by_policy(const guard::GuardFinding &found, int number) {
        const guard::Verdict verdict = guard::verdict_on(found, policy_.settings, session_);
        if (!verdict.outcome && !options_.explain) {
            return;
        }
        LintFinding finding;
        finding.statement_number = number;
        finding.line = lines_[static_cast<std::size_t>(number) - 1];
        finding.severity = verdict.outcome == guard::Outcome::rejected ? Severity::error
                           : verdict.outcome == guard::Outcome::warned ? Severity::warning
                                                                       : Severity::info;
        finding.rule = found.rule;
        finding.identity = guard::object_identity(found);
        finding.message = found.message;
        finding.fix = found.fix;
        if (options_.explain) {
            finding.policy = {std::string(text_of(verdict.action)),
                              verdict.outcome ? std::string(text_of(*verdict.outcome)) : "off",
                              std::string(text_of(verdict.by)),
                              verdict.setting != nullptr ? std::to_string(verdict.setting->id) : "",
                              verdict.reason,
                              explain(verdict, found, policy_.settings, session_)};
        }
        findings_.push_back(std::move(finding));
    }

    void take_end_findings() {
        for (const guard::Script::EndFinding &end : script_.take_end_findings()) {
            judge_by_policy(end.finding, end.statement_number);
        }
    }

    void report_opaque(const guard::OpaqueCode &code) {
        LintFinding finding;
        finding.statement_number = number_;
        finding.line = line_;
        finding.rule = "opaque-code";
        finding.message = "Code in " + code.language + " was not looked into: what it runs is judged when it runs";
        findings_.push_back(std::move(finding));
    }

    void report_unreadable(const ServerError &error) {
        LintFinding finding;
        finding.statement_number = number_;
        finding.line = line_;
        finding.severity = Severity::warning;
        finding.rule = "unreadable-statement";
        finding.message = error.data()->message != nullptr ? error.data()->message : "cannot be read";
        findings_.push_back(std::move(finding));
    }

    std::vector<LintFinding> finish() {
        script_.end();
        take_end_findings();
        std::ranges::stable_sort(findings_, {}, &LintFinding::statement_number);
        return std::move(findings_);
    }

    DdlScript script_text_;
    Options options_;
    guard::Script script_;
    const Policy &policy_;
    guard::SessionFacts session_;
    FactsMemory memory_;
    int number_ = 0, line_ = 1;
    std::size_t counted_ = 0;
    std::vector<int> lines_;  // by statement
    std::vector<LintFinding> findings_;
};

std::string creation_schema() {
    const char *name = server_call([]() -> const char * {
        List *path = fetch_search_path(false);
        return path == NIL ? "public" : get_namespace_name(linitial_oid(path));
    });
    return name != nullptr ? name : "public";
}

std::vector<LintFinding> lint(FunctionCallInfo fcinfo, bool explain) {
    const std::string sql = text_argument(fcinfo, 0).value_or("");
    const Options options{PG_ARGISNULL(1) ? false : PG_GETARG_BOOL(1), PG_ARGISNULL(2) ? false : PG_GETARG_BOOL(2),
                          explain};
    return Linter(sql, options, creation_schema()).run();
}

std::optional<std::string> or_null(std::string &text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

void run_lint(FunctionCallInfo fcinfo) {
    std::vector<ResultRow> rows;
    for (LintFinding &finding : lint(fcinfo, false)) {
        rows.push_back({std::to_string(finding.line), std::to_string(finding.statement_number),
                        std::string(text_of(finding.severity)), std::move(finding.rule), or_null(finding.identity),
                        std::move(finding.message), or_null(finding.fix)});
    }
    return_rows(fcinfo, rows);
}

void run_explain_policy(FunctionCallInfo fcinfo) {
    std::vector<ResultRow> rows;
    for (LintFinding &finding : lint(fcinfo, true)) {
        LintFinding::Policy &policy = finding.policy;
        if (policy.explanation.empty()) {
            policy.explanation = "only lint() reports it: no policy is asked";
        }
        rows.push_back({std::to_string(finding.line), std::to_string(finding.statement_number), std::move(finding.rule),
                        or_null(finding.identity), or_null(policy.action), or_null(policy.decision),
                        or_null(policy.decided_by), or_null(policy.setting_id), or_null(policy.reason),
                        std::move(policy.explanation)});
    }
    return_rows(fcinfo, rows);
}

}  // namespace
}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_lint) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_lint(fcinfo);
        return Datum{0};
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_explain_policy) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_explain_policy(fcinfo);
        return Datum{0};
    });
}
