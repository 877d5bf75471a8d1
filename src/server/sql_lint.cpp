// schema_audit.lint() and explain_policy(): the rules of the guard asked about a text. Nothing of it runs.
#include "core/guard/policy.hpp"
#include "core/guard/rehearsal.hpp"
#include "core/guard/script.hpp"
#include "core/guard/statement_rules.hpp"
#include "core/schema/ddl_script.hpp"

#include "server/ddl_statement.hpp"
#include "server/entry.hpp"
#include "server/policy.hpp"
#include "server/result_rows.hpp"
#include "server/script_text.hpp"
#include "server/sql_body.hpp"
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

    // A text that parses as a whole costs one call of the parser; otherwise each statement is parsed by itself.
    std::vector<LintFinding> run() {
        List *statements = nullptr;
        const char *text = script_text_.text.c_str();
        try {
            in_subtransaction(Keep::on_success, [&] { statements = server_call([=] { return parse_sql(text); }); });
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
            parsed.push_back({raw, 0});
        }
        judge_all(parsed);
        return finish();
    }

private:
    struct Parsed {
        const RawStmt *raw;
        std::size_t base;  // where the text that was parsed begins in the script
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
                report_unreadable(error, line_);
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
                in_subtransaction(Keep::on_success,
                                  [&] { statements = server_call([=] { return parse_sql(source); }); });
            } catch (const ServerError &error) {
                if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
                    throw;
                }
                report_syntax_error(error, text, range.begin);
                continue;
            }
            const ListCell *cell = nullptr;
            foreach (cell, statements) {
                judge_all({{lfirst_node(RawStmt, cell), range.begin}});
            }
        }
    }

    void report_syntax_error(const ServerError &error, const std::string &text, std::size_t begin) {
        begin_statement(begin);
        LintFinding finding;
        finding.rule = "syntax-error";
        finding.severity = Severity::error;
        finding.statement_number = number_;
        const SyntaxError syntax = syntax_error_from(error, script_text_.text, text, begin);
        finding.line = syntax.line;
        finding.message = syntax.message;
        findings_.push_back(std::move(finding));
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
        const Node *tree = parsed.raw->stmt;
        const std::size_t offset = parsed.base + static_cast<std::size_t>(parsed.raw->stmt_location);
        begin_statement(offset);
        if (IsA(tree, CreateFunctionStmt)) {
            judge_body(body_of(reinterpret_cast<const CreateFunctionStmt *>(tree)), parsed.base);
        }
        const guard::DdlStatement statement = statement_from(tree);
        guard::StatementFacts facts;
        std::vector<std::string> judged;
        if (const auto *code = std::get_if<guard::OpaqueCode>(&statement)) {
            report_opaque(*code);
        }
        guard::Need needs = guard::needs_of(statement, policy_.rules);
        if (std::holds_alternative<guard::AlterTable>(statement)) {
            needs = needs | guard::Need::columns | guard::Need::size;
        } else if (std::holds_alternative<guard::CreateTable>(statement)) {
            needs = needs | guard::Need::facts;
        }
        if (needs != guard::Need::none) {
            read_facts(statement, needs, tree, facts);
            facts.earlier = script_.earlier();
            script_.tell_locks(facts);
            if (guard::has(needs, guard::Need::source)) {
                const std::size_t length =
                    parsed.raw->stmt_len > 0 ? static_cast<std::size_t>(parsed.raw->stmt_len) : std::string::npos;
                facts.source = script_text_.text.substr(offset, length);
            }
            set_session();
            judged = report(guard::judge_statement({statement, facts, session_}, policy_.rules), line_);
            facts.held.clear();  // what nobody shares grows without being copied
            facts.held_from_all.clear();
        }
        script_.follow(statement, facts, number_, judged);
        take_end_findings();
    }

    // A function of SQL: what it will run is judged where it is written.
    void judge_body(const FunctionBody &body, std::size_t parsed_from) {
        if (body.is_opaque()) {
            report_opaque({body.language});
        }
        if (!body.is_sql()) {
            return;
        }
        for (const Node *statement : body.atomic) {
            judge_in_body(statement, line_);
        }
        if (body.text == nullptr) {
            return;
        }
        const std::string_view text = body.text;
        const std::size_t quote = statement_start(script_text_.text, parsed_from + body.text_location + 2);
        const int first = line_ + line_of(std::string_view(script_text_.text).substr(counted_), quote - counted_) - 1;
        List *statements = nullptr;
        try {
            in_subtransaction(Keep::on_success,
                              [&] { statements = server_call([&] { return parse_sql(body.text); }); });
        } catch (const ServerError &error) {
            if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
                throw;
            }
            const SyntaxError syntax = syntax_error_from(error, text, text, 0);
            LintFinding &finding = findings_.emplace_back();
            finding.statement_number = number_;
            finding.line = first + syntax.line - 1;
            finding.severity = Severity::error;
            finding.rule = "syntax-error";
            finding.message = syntax.message + " of the body";
            return;
        }
        const ListCell *cell = nullptr;
        foreach (cell, statements) {
            const auto *raw = lfirst_node(RawStmt, cell);
            const std::size_t start = statement_start(text, static_cast<std::size_t>(raw->stmt_location));
            judge_in_body(raw->stmt, first + line_of(text, start) - 1);
        }
    }

    void judge_in_body(const Node *tree, int line) {
        try {
            in_subtransaction(Keep::on_success, [&] {
                const guard::DdlStatement statement = statement_from(tree);
                const guard::Need needs = guard::needs_of(statement, policy_.rules);
                if (needs == guard::Need::none) {
                    return;
                }
                guard::StatementFacts facts;
                read_facts(statement, needs, tree, facts);
                set_session();
                session_.in_transaction_block = true;  // whoever calls it has begun one
                session_.single_command = false;
                report(guard::judge_statement({statement, facts, session_}, policy_.rules), line);
            });
        } catch (const ServerError &error) {
            if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
                throw;
            }
            report_unreadable(error, line);
        }
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
    std::vector<std::string> report(const std::vector<guard::GuardFinding> &found, int line) {
        std::vector<std::string> judged;
        for (const guard::GuardFinding &finding : found) {
            if (finding.required_column) {
                judged.push_back(finding.column);
            }
        }
        for (const guard::GuardFinding &finding : found) {
            judge_by_policy(finding, number_, line);
        }
        return judged;
    }

    void judge_by_policy(const guard::GuardFinding &found, int number, int line) {
        const guard::Verdict verdict = guard::verdict_on(found, policy_.settings, session_);
        if (!verdict.outcome && !options_.explain) {
            return;
        }
        LintFinding finding;
        finding.statement_number = number;
        finding.line = line;
        finding.severity = verdict.outcome ? guard::severity_of(*verdict.outcome) : Severity::info;
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
            judge_by_policy(end.finding, end.statement_number,
                            lines_[static_cast<std::size_t>(end.statement_number) - 1]);
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

    void report_unreadable(const ServerError &error, int line) {
        LintFinding finding;
        finding.statement_number = number_;
        finding.line = line;
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
