// schema_audit.rehearse(): runs a migration for real, in one subtransaction that is always rolled back, and tells of
// each statement what it did.
#include "core/error.hpp"
#include "core/guard/rehearsal.hpp"
#include "core/schema/ddl_script.hpp"
#include "core/text/format.hpp"

#include "server/audit_now.hpp"
#include "server/entry.hpp"
#include "server/guard.hpp"
#include "server/rehearse_effects.hpp"
#include "server/rehearse_judge.hpp"
#include "server/rehearse_run.hpp"
#include "server/result_rows.hpp"
#include "server/script_text.hpp"

namespace schema_audit::server {
namespace {

using guard::Ran;
using guard::RehearsedStatement;

struct Options {
    std::optional<std::string> lock_timeout, statement_timeout;
    bool in_transaction = false;
    std::optional<std::vector<std::string>> models;
};

struct Failed {};  // the statement is told already; the rest is not run

// The last rows: what the rehearsal asks for itself.
constexpr const char *make_immediate = "SET CONSTRAINTS ALL IMMEDIATE";
constexpr const char *end_state = "(end state)";
constexpr const char *drift = "(drift)";

bool changes_rows(const Node *tree) noexcept {
    switch (nodeTag(tree)) {
        case T_InsertStmt:
        case T_UpdateStmt:
        case T_DeleteStmt:
        case T_MergeStmt:
        case T_SelectStmt:
        case T_CopyStmt:
        case T_DoStmt:
        case T_CallStmt:
            return true;
        default:
            return false;
    }
}

bool is_query(const Node *tree) noexcept {
    switch (nodeTag(tree)) {
        case T_InsertStmt:
        case T_UpdateStmt:
        case T_DeleteStmt:
        case T_MergeStmt:
        case T_SelectStmt:
            return true;
        default:
            return false;
    }
}

// Everything that lives as long as the rehearsal's subtransaction.
struct Stage {
    explicit Stage(const Options &options)
        : limits(options.lock_timeout, options.statement_timeout), judge(meter, limits) {}
    EffectMeter meter;
    Limits limits;
    Judge judge;
    EnumLabels labels;
};

class Rehearsal {
public:
    Rehearsal(std::string_view sql, Options options) : script_(sql), options_(std::move(options)) {}

    std::vector<RehearsedStatement> run() {
        if (LastingEffectsRefused::any()) {
            throw AuditError(ErrorKind::wrong_state, "a script that is rehearsed cannot rehearse another one");
        }
        statements_ = script_.parse();
        const GuardPause pause;
        const LastingEffectsRefused refused;
        try {
            in_subtransaction(Keep::nothing, [&] {
                Stage stage(options_);
                stage_ = &stage;
                perform();
            });
        } catch (const Failed &) {
            tell_rest("an earlier statement failed");
        }
        return std::move(told_);
    }

private:
    void perform() {
        const std::optional<std::vector<Finding>> before = look_for_drift();
        for (; next_ < statements_.size(); ++next_) {
            const ScriptStatement &statement = statements_[next_];
            RehearsedStatement row = row_for(statement);
            if (statement.tree == nullptr) {
                not_run(row, statement);
            } else {
                perform(statement, row);
            }
            told_.push_back(std::move(row));
            check_for_interrupts();
        }
        make_constraints_immediate();
        judge_end();
        tell_drift(before);
    }

    RehearsedStatement row_for(const ScriptStatement &statement) const {
        RehearsedStatement row;
        if (statement.number > 0) {
            row.number = statement.number;
        }
        row.line = statement.line;
        row.statement = statement.text;
        if (const Node *tree = statement.tree) {
            row.command_tag =
                server_call([=] { return GetCommandTagName(CreateCommandTag(const_cast<Node *>(tree))); });
        }
        return row;
    }

    // What has no parse tree: a line for psql, or what does not parse.
    void not_run(RehearsedStatement &row, const ScriptStatement &statement) {
        if (statement.error.empty()) {
            row.ran = Ran::no;
            row.message = "a command of psql";
            return;
        }
        row.sqlstate = "42601";
        row.message = statement.error;
        fail(row);
    }

    [[noreturn]] void fail(RehearsedStatement &row) {
        row.ran = Ran::failed;
        told_.push_back(std::move(row));
        ++next_;
        throw Failed{};
    }

    [[nodiscard]] bool in_transaction() const noexcept { return options_.in_transaction || in_block_; }

    void perform(const ScriptStatement &statement, RehearsedStatement &row) {
        row.decisions = stage_->judge.about(statement.tree, in_transaction());
        if (const char *refusal = refusal_of(statement.tree)) {
            row.ran = Ran::no;
            row.message = refusal;
        } else {
            execute(statement, row);
        }
        follow(statement.tree, row);
    }

    void execute(const ScriptStatement &statement, RehearsedStatement &row) {
        const char *text = statement.text.c_str();
        const Node *tree = statement.tree;
        stage_->limits.impose();
        stage_->judge.listen(!is_query(tree));
        stage_->meter.begin();
        try {
            if (may_be_refused(tree)) {
                in_subtransaction(Keep::on_success, [&] { run_statement(text); });
            } else {
                run_statement(text);
            }
        } catch (const ServerError &error) {
            guard::add_decisions(row.decisions, stage_->judge.heard());
            if (may_be_refused(tree) && is_refusal(error)) {
                row.ran = Ran::no;
                row.message = error.sqlstate() == ERRCODE_INVALID_TRANSACTION_TERMINATION ? "it ends its transaction"
                                                                                          : error.data()->message;
                return;
            }
            explain(row, error, statement);
            fail(row);
        }
        row.effects = stage_->meter.end();
        guard::add_decisions(row.decisions, stage_->judge.heard());
        if (IsA(tree, TruncateStmt)) {
            row.effects->rewrites.clear();  // emptied, and nothing was copied
        }
        const auto *set = IsA(tree, VariableSetStmt) ? reinterpret_cast<const VariableSetStmt *>(tree) : nullptr;
        stage_->limits.observe(set != nullptr && set->name != nullptr ? set->name : "");
        new_labels_ = new_labels_ || IsA(tree, AlterEnumStmt) || IsA(tree, DoStmt);
    }

    // The error in the words of the server; a cancel of the rehearsal itself goes on.
    void explain(RehearsedStatement &row, const ServerError &error, const ScriptStatement &statement) {
        if (is_cancel(error)) {
            throw error;
        }
        const ErrorData *data = error.data();
        row.sqlstate = unpack_sql_state(data->sqlerrcode);
        row.message = data->message != nullptr ? data->message : "failed";
        const int position = data->internalpos > 0 ? data->internalpos : data->cursorpos;
        if (const int line = script_.line_in(statement, position); position > 0 && line != *row.line) {
            row.message += format(" (line {})", line);
        }
        if (data->detail != nullptr) {
            row.message += format("\nDETAIL: {}", data->detail);
        }
        if (data->hint != nullptr) {
            row.message += format("\nHINT: {}", data->hint);
        }
    }

    // The transactions of the script, of which the rehearsal makes one.
    void follow(const Node *tree, RehearsedStatement &row) {
        if (!IsA(tree, TransactionStmt)) {
            if (!in_transaction()) {
                commit(row, changes_rows(tree));
            }
            return;
        }
        switch (reinterpret_cast<const TransactionStmt *>(tree)->kind) {
            case TRANS_STMT_BEGIN:
            case TRANS_STMT_START:
                in_block_ = true;
                return;
            case TRANS_STMT_COMMIT:
            case TRANS_STMT_PREPARE:
                in_block_ = false;
                if (!in_transaction()) {
                    commit(row, true);
                }
                return;
            case TRANS_STMT_ROLLBACK:
                in_block_ = false;
                stage_->judge.begin_transaction();
                return;
            default:
                return;
        }
    }

    // What a commit of the script does: it checks deferred constraints, and makes new labels of enums usable.
    void commit(RehearsedStatement &row, bool rows_changed) {
        if (rows_changed) {
            try {
                check_deferred_constraints();
            } catch (const ServerError &error) {
                if (is_cancel(error)) {
                    throw;
                }
                row.sqlstate = unpack_sql_state(error.sqlstate());
                row.message = format("at the commit: {}", error.data()->message);
                fail(row);
            }
        }
        if (std::exchange(new_labels_, false)) {
            stage_->labels.commit();
        }
        guard::add_decisions(row.decisions, stage_->judge.about_commit());
    }

    void make_constraints_immediate() {
        RehearsedStatement row;
        row.statement = make_immediate;
        row.command_tag = "SET CONSTRAINTS";
        ScriptStatement statement;
        statement.text = make_immediate;
        stage_->limits.impose();
        stage_->meter.begin();
        try {
            run_statement(make_immediate);
        } catch (const ServerError &error) {
            row.line = 1;
            explain(row, error, statement);
            row.line.reset();
            ends_told_ = 1;
            fail(row);
        }
        row.effects = stage_->meter.end();
        told_.push_back(std::move(row));
        ends_told_ = 1;
    }

    void judge_end() {
        RehearsedStatement row;
        row.statement = end_state;
        row.decisions = stage_->judge.about_commit();
        told_.push_back(std::move(row));
        ends_told_ = 2;
    }

    // Nothing where there is no model, or it cannot be said.
    std::optional<std::vector<Finding>> look_for_drift() {
        std::optional<std::vector<Finding>> findings;
        try {
            in_subtransaction(Keep::nothing, [&] {
                server_call([] {
                    CommandCounterIncrement();
                    NewGUCNestLevel();  // ends with the subtransaction
                    set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
                                      true, 0, false);
                    PushActiveSnapshot(GetTransactionSnapshot());
                });
                AuditFilter filter;
                filter.models = options_.models;
                findings = audit_now(std::move(filter));
                server_call([] { PopActiveSnapshot(); });
            });
        } catch (const AuditError &error) {
            no_drift_ = error.what();
        } catch (const ServerError &error) {
            if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
                throw;
            }
            no_drift_ = error.data()->message;
        }
        return findings;
    }

    void tell_drift(const std::optional<std::vector<Finding>> &before) {
        RehearsedStatement row;
        row.statement = drift;
        const std::optional<std::vector<Finding>> after = look_for_drift();
        if (after) {
            row.drift = drift_change(before.value_or(std::vector<Finding>{}), *after);
        } else {
            row.ran = Ran::no;
            row.message = no_drift_;
        }
        told_.push_back(std::move(row));
        ends_told_ = 3;
    }

    void tell_rest(const char *reason) {
        const auto tell = [&](RehearsedStatement row) {
            row.ran = Ran::no;
            row.message = reason;
            told_.push_back(std::move(row));
        };
        for (; next_ < statements_.size(); ++next_) {
            tell(row_for(statements_[next_]));
        }
        constexpr std::array ends{make_immediate, end_state, drift};
        for (std::size_t i = ends_told_; i < ends.size(); ++i) {
            RehearsedStatement row;
            row.statement = ends.at(i);
            row.command_tag = i == 0 ? "SET CONSTRAINTS" : "";
            tell(std::move(row));
        }
    }

    ScriptText script_;
    Options options_;
    std::vector<ScriptStatement> statements_;
    std::size_t next_ = 0;
    std::size_t ends_told_ = 0;
    Stage *stage_ = nullptr;
    bool in_block_ = false;    // of the script
    bool new_labels_ = false;  // of enums
    std::string no_drift_;
    std::vector<RehearsedStatement> told_;
};

ResultRow row_of(const RehearsedStatement &told) {
    const auto or_null = [](std::string text) { return text.empty() ? std::nullopt : std::optional(std::move(text)); };
    const auto number = [](const std::optional<int> &value) {
        return value ? std::optional(std::to_string(*value)) : std::nullopt;
    };
    const auto list = [](const std::vector<std::string> &items) { return std::optional(array_text(items)); };
    ResultRow row{number(told.number), number(told.line), told.statement, or_null(told.command_tag)};
    if (const auto &effects = told.effects) {
        row.insert(row.end(),
                   {format("{:.3f}", effects->milliseconds), list(effects->locks), list(effects->rewrites),
                    std::to_string(effects->rows_read), std::to_string(effects->wal_bytes), list(effects->sequences)});
    } else {
        row.resize(row.size() + 6);
    }
    row.push_back(or_null(guard::findings_json(told)));
    row.emplace_back(guard::text_of(told.ran));
    row.push_back(or_null(told.sqlstate));
    row.push_back(or_null(told.message));
    if (told.drift) {
        std::vector<std::string> added;
        for (const Finding &finding : told.drift->added) {
            added.push_back(finding.key);
        }
        row.push_back(list(added));
        row.push_back(list(told.drift->resolved));
    }
    return row;
}

void run_rehearse(FunctionCallInfo fcinfo) {
    Options options;
    options.lock_timeout = text_argument(fcinfo, 1);
    options.statement_timeout = text_argument(fcinfo, 2);
    options.in_transaction = PG_ARGISNULL(3) ? false : PG_GETARG_BOOL(3);
    options.models = texts_argument(fcinfo, 4, "models");
    const std::string sql = text_argument(fcinfo, 0).value_or("");
    std::vector<ResultRow> rows;
    for (const RehearsedStatement &told : Rehearsal(sql, std::move(options)).run()) {
        rows.push_back(row_of(told));
    }
    return_rows(fcinfo, rows);
}

}  // namespace
}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_rehearse) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_rehearse(fcinfo);
        return Datum{0};
    });
}
