// Need::objects of what belongs to no schema: databases, roles, tablespaces, and the event triggers of the guard.
#include "core/guard/event_trigger_names.hpp"
#include "core/schema/identifier.hpp"

#include "server/before_image.hpp"
#include "server/read_guard_state.hpp"
#include "server/statement_objects.hpp"

namespace schema_audit::server {
namespace {

// The object is invalid where it is not there.
ObjectAddress find_global(std::string_view type, const char *name) noexcept {
    ObjectAddress found = InvalidObjectAddress;
    if (type == "DATABASE") {
        ObjectAddressSet(found, DatabaseRelationId, get_database_oid(name, true));
    } else if (type == "ROLE") {
        ObjectAddressSet(found, AuthIdRelationId, get_role_oid(name, true));
    } else if (type == "TABLESPACE") {
        ObjectAddressSet(found, TableSpaceRelationId, get_tablespace_oid(name, true));
    } else if (type == "EVENT TRIGGER") {
        ObjectAddressSet(found, EventTriggerRelationId, get_event_trigger_oid(name, true));
    }
    return found;
}

// Somebody else's of the same name is not the guard's.
bool is_ours(const std::string &name) {
    const auto *trigger = std::ranges::find(guard::event_triggers, name, &guard::EventTriggerName::name);
    const char *wanted = name.c_str();
    return trigger == guard::event_triggers.end() ||
           server_call([=] { return find_event_trigger(wanted, trigger->function); }).ours;
}

// What this transaction has made is nobody's business.
void add_if_there(std::string_view type, const std::string &name, guard::StatementFacts &facts) {
    const char *wanted = name.c_str();
    const ObjectAddress found = server_call([=] { return find_global(type, wanted); });
    if (!OidIsValid(found.objectId)) {
        return;
    }
    facts.target_exists = true;
    if (server_call([&] { return existed_before(found); }) && (type != "EVENT TRIGGER" || is_ours(name))) {
        facts.objects.push_back({{{}, name}, quote_identifier(name), {}, {}});
    }
}

bool is_this_database(const std::string &name) {
    const char *here = server_call([] { return get_database_name(MyDatabaseId); });
    return here != nullptr && name == here;
}

}  // namespace

bool read_globals(const guard::DdlStatement &statement, guard::StatementFacts &facts) {
    if (const auto *drop = std::get_if<guard::DropGlobal>(&statement)) {
        for (const std::string &name : drop->names) {
            add_if_there(drop->object_type, name, facts);
        }
        return true;
    }
    if (const auto *alter = std::get_if<guard::AlterEventTrigger>(&statement)) {
        add_if_there("EVENT TRIGGER", alter->name, facts);
        return true;
    }
    const auto *store = std::get_if<guard::StoreSetting>(&statement);
    const bool about_the_guard = store != nullptr || std::holds_alternative<guard::GrantSetting>(statement) ||
                                 std::holds_alternative<guard::SetVariable>(statement) ||
                                 std::holds_alternative<guard::DropThisExtension>(statement);
    if (about_the_guard && (store == nullptr || store->database.empty() || is_this_database(store->database))) {
        for (const guard::EventTriggerName &trigger : guard::event_triggers) {
            add_if_there("EVENT TRIGGER", std::string(trigger.name), facts);
        }
    }
    return about_the_guard;
}

}  // namespace schema_audit::server
