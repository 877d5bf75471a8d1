// The only door to the server's headers.
//
// Include it LAST: the server renames the printf family and defines macros such as Max, Min, ERROR and
// gettext, which break standard and fmt headers that come after it. Standard headers that files of this
// folder commonly need are therefore pulled in here, first.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <sys/stat.h>
#include <sys/statvfs.h>

extern "C" {
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/relation.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/toast_compression.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/heap.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/objectaddress.h"
#include "catalog/partition.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_auth_members.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_database.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_description.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_largeobject.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_parameter_acl.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_namespace.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_range.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_seclabel.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_shdescription.h"
#include "catalog/pg_shseclabel.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_statistic_ext_data.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_tablespace.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_config_map.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "commands/comment.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "commands/proclang.h"
#include "commands/sequence.h"
#include "commands/tablecmds.h"
#include "commands/tablespace.h"
#include "commands/trigger.h"
#include "common/relpath.h"
#include "common/string.h"
#include "executor/executor.h"
#include "executor/instrument.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "foreign/foreign.h"
#include "funcapi.h"
#include "libpq/pqsignal.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/nodes.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "nodes/plannodes.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "parser/analyze.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_func.h"
#include "parser/parse_node.h"
#include "parser/parse_type.h"
#include "parser/parse_utilcmd.h"
#include "parser/parser.h"
#include "parser/parsetree.h"
#include "parser/scansup.h"
#include "partitioning/partbounds.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "rewrite/rewriteDefine.h"
#include "rewrite/rewriteManip.h"
#include "storage/bufmgr.h"
#include "storage/dsm.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "tcop/cmdtag.h"
#include "tcop/deparse_utility.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "tsearch/ts_cache.h"
#include "tsearch/ts_public.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/formatting.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/partcache.h"
#include "utils/portal.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/ruleutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"
#include "utils/varbit.h"
#include "utils/varlena.h"
#include "utils/xid8.h"
}

#if PG_VERSION_NUM < 150000
#error "schema_audit needs PostgreSQL 15 or later"
#endif

// Differences between server majors. Each names what changed and where; nothing else in the project asks
// for PG_VERSION_NUM.

// 18 made foreign keys and checks that are not enforced, and gave ALTER CONSTRAINT a node of its own.
#if PG_VERSION_NUM >= 180000
inline bool is_enforcement(ConstrType type) { return type == CONSTR_ATTR_ENFORCED || type == CONSTR_ATTR_NOT_ENFORCED; }
inline bool is_not_enforced(ConstrType type) { return type == CONSTR_ATTR_NOT_ENFORCED; }
// The parser says it of those that can be not enforced; of others it says nothing.
inline bool is_enforced(const Constraint *constraint) {
    return constraint->is_enforced || (constraint->contype != CONSTR_CHECK && constraint->contype != CONSTR_FOREIGN);
}
inline bool is_enforced(const FormData_pg_constraint &row) { return row.conenforced; }
inline bool has_period(const FormData_pg_constraint &row) { return row.conperiod; }
inline bool has_period(const Constraint *foreign_key) { return foreign_key->fk_with_period; }
inline bool altered_enforcement(const Node *node, bool *enforced) {
    const auto *change = reinterpret_cast<const ATAlterConstraint *>(node);
    *enforced = change->is_enforced;
    return change->alterEnforceability;
}
inline const char *altered_constraint_name(const Node *node) {
    return reinterpret_cast<const ATAlterConstraint *>(node)->conname;
}
inline void altered_constraint_deferral(const Node *node, bool *deferrable, bool *initially_deferred) {
    const auto *change = reinterpret_cast<const ATAlterConstraint *>(node);
    if (change->alterDeferrability) {
        *deferrable = change->deferrable;
        *initially_deferred = change->initdeferred;
    }
}
#else
inline bool is_enforcement(ConstrType) { return false; }
inline bool is_not_enforced(ConstrType) { return false; }
inline bool is_enforced(const Constraint *) { return true; }
inline bool is_enforced(const FormData_pg_constraint &) { return true; }
inline bool has_period(const FormData_pg_constraint &) { return false; }
inline bool has_period(const Constraint *) { return false; }
inline bool altered_enforcement(const Node *, bool *) { return false; }
inline const char *altered_constraint_name(const Node *node) {
    return reinterpret_cast<const Constraint *>(node)->conname;
}
inline void altered_constraint_deferral(const Node *node, bool *deferrable, bool *initially_deferred) {
    *deferrable = reinterpret_cast<const Constraint *>(node)->deferrable;
    *initially_deferred = reinterpret_cast<const Constraint *>(node)->initdeferred;
}
#endif

// pg_constraint holds NOT NULL of domains since 17, of columns since 18. Only since 18 a dump keeps its name.
inline constexpr char contype_not_null = 'n';
#if PG_VERSION_NUM >= 180000
inline constexpr bool not_null_keeps_name = true;
#else
inline constexpr bool not_null_keeps_name = false;
#endif

// 16 gave collations rules, 17 renamed their locale.
#if PG_VERSION_NUM >= 170000
inline constexpr int collation_locale_column = Anum_pg_collation_colllocale;
#else
inline constexpr int collation_locale_column = Anum_pg_collation_colliculocale;
#endif
#if PG_VERSION_NUM >= 160000
inline constexpr int collation_rules_column = Anum_pg_collation_collicurules;
#else
inline constexpr int collation_rules_column = 0;
#endif

// 17 made the statistics target of extended statistics null where there is none; before, it was -1.
inline int statistics_target_of(HeapTuple tuple, TupleDesc descriptor) {
    bool is_null = false;
    const Datum target = heap_getattr(tuple, Anum_pg_statistic_ext_stxstattarget, descriptor, &is_null);
#if PG_VERSION_NUM >= 170000
    return is_null ? -1 : DatumGetInt16(target);
#else
    return is_null ? -1 : DatumGetInt32(target);
#endif
}

// 17 made the expression of a generated column changeable.
#if PG_VERSION_NUM >= 170000
inline bool is_set_expression(AlterTableType type) { return type == AT_SetExpression; }
#else
inline bool is_set_expression(AlterTableType) { return false; }
#endif

// 17 moved the statistics target of a column out of the fixed part of its row, and made it null where there is none.
// Both give -1 for none.
#if PG_VERSION_NUM >= 170000
inline int fixed_statistics_target(const FormData_pg_attribute &) { return -1; }
inline int varying_statistics_target(HeapTuple tuple, TupleDesc descriptor) {
    bool is_null = false;
    const Datum target = heap_getattr(tuple, Anum_pg_attribute_attstattarget, descriptor, &is_null);
    return is_null ? -1 : DatumGetInt16(target);
}
#else
inline int fixed_statistics_target(const FormData_pg_attribute &row) { return row.attstattarget; }
inline int varying_statistics_target(HeapTuple, TupleDesc) { return -1; }
#endif

// 16 gave the walker's callback its prototype; before, C++ takes "()" for "no arguments".
using RawWalker = bool (*)(Node *, void *);
inline bool walk_raw_expression(Node *node, RawWalker walker, void *context) {
#if PG_VERSION_NUM >= 160000
    return raw_expression_tree_walker_impl(node, walker, context);
#else
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walker)),
                                      context);
#endif
}
// `extra` of a setting's check hook: 16 moved it to a memory context of its own.
#if PG_VERSION_NUM >= 160000
#define schema_audit_guc_malloc(size) guc_malloc(LOG, size)
#else
#define schema_audit_guc_malloc(size) malloc(size)
#endif

// 16 made one function of the many pg_…_ownercheck().
#if PG_VERSION_NUM >= 160000
#define schema_audit_owns_relation(relid, role) object_ownercheck(RelationRelationId, relid, role)
#define schema_audit_owns_function(oid, role) object_ownercheck(ProcedureRelationId, oid, role)
#else
#define schema_audit_owns_relation(relid, role) pg_class_ownercheck(relid, role)
#define schema_audit_owns_function(oid, role) pg_proc_ownercheck(oid, role)
#endif

// Who may VACUUM, CLUSTER and REINDEX the table; 17 made a privilege of it.
#if PG_VERSION_NUM >= 170000
inline bool schema_audit_may_maintain(Oid relation, Oid role) {
    return pg_class_aclcheck(relation, role, ACL_MAINTAIN) == ACLCHECK_OK ||
           object_ownercheck(DatabaseRelationId, MyDatabaseId, role);
}
#elif PG_VERSION_NUM >= 160000
inline bool schema_audit_may_maintain(Oid relation, Oid role) {
    return schema_audit_owns_relation(relation, role) || object_ownercheck(DatabaseRelationId, MyDatabaseId, role);
}
#else
inline bool schema_audit_may_maintain(Oid relation, Oid role) {
    return schema_audit_owns_relation(relation, role) || pg_database_ownercheck(MyDatabaseId, role);
}
#endif

// 17 made REINDEX fire event triggers, and added a setting that silences all of them.
#if PG_VERSION_NUM >= 170000
inline constexpr bool schema_audit_reindex_fires_events = true;
inline bool schema_audit_event_triggers_on() { return event_triggers; }
#else
inline constexpr bool schema_audit_reindex_fires_events = false;
inline bool schema_audit_event_triggers_on() { return true; }
#endif

// 17 asks whether a stronger lock would do as well.
#if PG_VERSION_NUM >= 170000
#define schema_audit_lock_held(tag, mode) LockHeldByMe(tag, mode, false)
#else
#define schema_audit_lock_held(tag, mode) LockHeldByMe(tag, mode)
#endif

// 16 made another list of the locks of a process. Others add weak ones to it: hence the lock. Nothing may be
// allocated inside.
template <class Visit>
void schema_audit_each_own_lock(int partition, Visit visit) noexcept {
#if PG_VERSION_NUM >= 160000
    dlist_head *const list = &MyProc->myProcLocks[partition];
    if (dlist_is_empty(list)) {
        return;
    }
#else
    SHM_QUEUE *const list = &MyProc->myProcLocks[partition];
    if (SHMQueueEmpty(list)) {
        return;
    }
#endif
    LWLock *const guarded_by = LockHashPartitionLockByIndex(partition);
    LWLockAcquire(guarded_by, LW_SHARED);
    constexpr Size offset = offsetof(PROCLOCK, procLink);
#if PG_VERSION_NUM >= 160000
    // Its macros assert types in a way that only C has.
    for (dlist_node *place = list->head.next; place != &list->head; place = place->next) {
        visit(reinterpret_cast<PROCLOCK *>(reinterpret_cast<char *>(place) - offset));
    }
#else
    for (Pointer place = SHMQueueNext(list, list, offset); place != nullptr;) {
        auto *holder = reinterpret_cast<PROCLOCK *>(place);
        visit(holder);
        place = SHMQueueNext(list, &holder->procLink, offset);
    }
#endif
    LWLockRelease(guarded_by);
}

// 16 renamed the look-up of a backend by its place among those that this one sees.
inline LocalPgBackendStatus *schema_audit_local_backend(int place) noexcept {
#if PG_VERSION_NUM >= 160000
    return pgstat_get_local_beentry_by_index(place);
#else
    return pgstat_fetch_stat_local_beentry(place);
#endif
}

// 16 renamed n_live_tuples.
#if PG_VERSION_NUM >= 160000
#define schema_audit_live_tuples(entry) ((entry)->live_tuples)
#else
#define schema_audit_live_tuples(entry) ((entry)->n_live_tuples)
#endif

// 16 renamed the counters of a table. Rows that scans have returned, by the table and by its indexes.
inline int64 schema_audit_rows_read(const PgStat_TableStatus *entry) {
#if PG_VERSION_NUM >= 160000
    return entry->counts.tuples_returned + entry->counts.tuples_fetched;
#else
    return entry->t_counts.t_tuples_returned + entry->t_counts.t_tuples_fetched;
#endif
}

// 18 publishes generated columns.
#if PG_VERSION_NUM >= 180000
inline const char *schema_audit_published_columns(const FormData_pg_publication *row) {
    return row->pubgencols == PUBLISH_GENCOLS_STORED ? "stored" : nullptr;
}
#else
inline const char *schema_audit_published_columns(const FormData_pg_publication *) { return nullptr; }
#endif

// 16 made one function of the many pg_…_aclcheck().
#if PG_VERSION_NUM >= 160000
inline bool schema_audit_may_use_wrapper(Oid wrapper, Oid role) {
    return object_aclcheck(ForeignDataWrapperRelationId, wrapper, role, ACL_USAGE) == ACLCHECK_OK;
}
inline bool schema_audit_may_create_in_database(Oid role) {
    return object_aclcheck(DatabaseRelationId, MyDatabaseId, role, ACL_CREATE) == ACLCHECK_OK;
}
#else
inline bool schema_audit_may_use_wrapper(Oid wrapper, Oid role) {
    return pg_foreign_data_wrapper_aclcheck(wrapper, role, ACL_USAGE) == ACLCHECK_OK;
}
inline bool schema_audit_may_create_in_database(Oid role) {
    return pg_database_aclcheck(MyDatabaseId, role, ACL_CREATE) == ACLCHECK_OK;
}
#endif
inline bool schema_audit_publishes_all_tables(const CreatePublicationStmt *statement) {
    return statement->for_all_tables;
}

// 16 gave each membership in a role options of its own.
inline const char *schema_audit_membership_options(const FormData_pg_auth_members *row) {
#if PG_VERSION_NUM >= 160000
    static constexpr const char *texts[] = {"",
                                            " WITH SET FALSE",
                                            " WITH INHERIT FALSE",
                                            " WITH INHERIT FALSE,SET FALSE",
                                            " WITH ADMIN OPTION",
                                            " WITH ADMIN OPTION,SET FALSE",
                                            " WITH ADMIN OPTION,INHERIT FALSE",
                                            " WITH ADMIN OPTION,INHERIT FALSE,SET FALSE"};
    return texts[(row->admin_option ? 4 : 0) + (row->inherit_option ? 0 : 2) + (row->set_option ? 0 : 1)];
#else
    return row->admin_option ? " WITH ADMIN OPTION" : "";
#endif
}

// Options of a subscription, as they are without WITH.
struct SubscriptionOptions {
    bool binary = false, disable_on_error = false, two_phase = false;
    const char *synchronous_commit = "off";
#if PG_VERSION_NUM >= 180000
    const char *streaming = "parallel";
#else
    const char *streaming = "off";
#endif
    bool password_required = true, run_as_owner = false, failover = false;
    const char *origin = "any";
};
// 16 added origins, passwords and parallel streaming, 17 failover.
inline void schema_audit_later_subscription_options(HeapTuple tuple, TupleDesc descriptor,
                                                    SubscriptionOptions *options) {
    const auto *row = reinterpret_cast<Form_pg_subscription>(GETSTRUCT(tuple));
#if PG_VERSION_NUM >= 160000
    bool is_null = false;
    options->streaming = row->substream == LOGICALREP_STREAM_OFF  ? "off"
                         : row->substream == LOGICALREP_STREAM_ON ? "on"
                                                                  : "parallel";
    options->password_required = row->subpasswordrequired;
    options->run_as_owner = row->subrunasowner;
    options->origin = TextDatumGetCString(heap_getattr(tuple, Anum_pg_subscription_suborigin, descriptor, &is_null));
#else
    options->streaming = row->substream ? "on" : "off";
    static_cast<void>(descriptor);
#endif
#if PG_VERSION_NUM >= 170000
    options->failover = row->subfailover;
#endif
}

#define SCHEMA_AUDIT_SQLSTATE_DRIFT MAKE_SQLSTATE('S', 'A', '0', '0', '1')
#define SCHEMA_AUDIT_SQLSTATE_REJECTED MAKE_SQLSTATE('S', 'A', '0', '0', '2')

// 16 gave the tree walkers typed callbacks (macros that cast); before, C++ sees "takes no arguments".
inline Node *mutate_tree(Node *node, Node *(*mutator)(Node *, void *), void *context) {
#if PG_VERSION_NUM >= 160000
    return expression_tree_mutator(node, mutator, context);
#else
    using Untyped = Node *(*)();
    return expression_tree_mutator(node, reinterpret_cast<Untyped>(reinterpret_cast<void (*)()>(mutator)), context);
#endif
}
inline bool walk_tree(Node *node, bool (*walker)(Node *, void *), void *context) {
#if PG_VERSION_NUM >= 160000
    return expression_tree_walker(node, walker, context);
#else
    using Untyped = bool (*)();
    return expression_tree_walker(node, reinterpret_cast<Untyped>(reinterpret_cast<void (*)()>(walker)), context);
#endif
}
inline Query *mutate_query(Query *query, Node *(*mutator)(Node *, void *), void *context, int flags) {
#if PG_VERSION_NUM >= 160000
    return query_tree_mutator(query, mutator, context, flags);
#else
    using Untyped = Node *(*)();
    return query_tree_mutator(query, reinterpret_cast<Untyped>(reinterpret_cast<void (*)()>(mutator)), context, flags);
#endif
}
inline bool walk_query(Query *query, bool (*walker)(Node *, void *), void *context) {
#if PG_VERSION_NUM >= 160000
    return query_tree_walker(query, walker, context, 0);
#else
    using Untyped = bool (*)();
    return query_tree_walker(query, reinterpret_cast<Untyped>(reinterpret_cast<void (*)()>(walker)), context, 0);
#endif
}
// 16 added the argument for soft errors.
inline TypeName *parse_type_name(const char *spelling) {
#if PG_VERSION_NUM >= 160000
    return typeStringToTypeName(spelling, nullptr);
#else
    return typeStringToTypeName(spelling);
#endif
}

// PG_FUNCTION_INFO_V1 exports the function from 16 on and PGDLLEXPORT is empty on 15, where exports.txt
// (a version script) decides alone. C linkage is what the server's lookup by name needs.
#define SCHEMA_AUDIT_FUNCTION(name) \
    extern "C" {                    \
    PG_FUNCTION_INFO_V1(name);      \
    }                               \
    extern "C" Datum name([[maybe_unused]] FunctionCallInfo fcinfo)

// The one that it was built for: 150004. A minor release may be another when it runs.
inline constexpr int schema_audit_server_version = PG_VERSION_NUM;

// 18 computes generated columns when they are read, unless told to store them.
inline bool schema_audit_is_stored([[maybe_unused]] const Constraint *constraint) noexcept {
#if PG_VERSION_NUM >= 180000
    return constraint->generated_kind == ATTRIBUTE_GENERATED_STORED;
#else
    return true;
#endif
}

// A background worker's main function; `argument` is bgw_main_arg. Named in exports.txt.
#define SCHEMA_AUDIT_WORKER(name)          \
    extern "C" {                           \
    PGDLLEXPORT void name(Datum argument); \
    }                                      \
    extern "C" void name([[maybe_unused]] Datum argument)

// The function that the server calls when it loads the module; 16 declares it in fmgr.h.
#define SCHEMA_AUDIT_INIT(name)  \
    extern "C" {                 \
    PGDLLEXPORT void name(void); \
    }                            \
    extern "C" void name(void)

// Once, in module.cpp. The version script exports it: from 16 on also the macro itself does.
#define SCHEMA_AUDIT_MODULE \
    extern "C" {            \
    PG_MODULE_MAGIC;        \
    }
