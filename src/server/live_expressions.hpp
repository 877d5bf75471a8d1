// Stored expressions (pg_node_tree) of the live catalogs: each distinct one is deparsed once.
#pragma once

#include "core/schema/text_pool.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// Collects expressions while the catalogs are scanned (no server call, safe inside server_call), then
// deparses them outside of the scans.
class LiveExpressions {
public:
    struct Texts {
        TextId text = TextId::none;    // as pg_get_expr prints it
        TextId normal = TextId::none;  // see normal_form.hpp; none = equal to no default
        Oid sequence = InvalidOid;     // nextval of this sequence: deparsed by the caller, who knows its owner
        bool vanished = false;         // what it names was dropped meanwhile
    };

    // Remembers a node tree and returns its number. Trees that differ only in where they stood in their DDL
    // share one. For a tree that reads columns, name_of gives the name of a column by its number: trees that
    // read columns of the same numbers and names share one too, since types are part of the tree.
    // `neighbour` numbers the place in a table: the same place of the table before is the first guess.
    template <class NameOf>
    std::uint32_t add(std::string_view node_text, Oid relid, NameOf name_of, std::size_t neighbour = 0) {
        const std::uint32_t number = add_constant(node_text, neighbour);
        if (number != reads_columns) {
            return number;
        }
        Reader &like = readers_[static_cast<std::uint32_t>(neighbours_[neighbour]) % readers_.size()];
        if (like.raw == neighbours_[neighbour] && like.same_names(name_of)) {
            return like.number;
        }
        like.raw = neighbours_[neighbour];
        like.columns.clear();
        std::string key = without_locations(node_text);
        const std::size_t tree = key.size();
        for (std::size_t at = key.find(column_field); at < tree; at = key.find(column_field, at + 1)) {
            const std::int16_t column = column_number(key, at);
            like.columns.emplace_back(column, name_of(column));
            key += '|';
            key += like.columns.back().second;
        }
        return like.number = add_key(key, tree, relid);
    }

    // Deparses what was added. Each in a subtransaction of its own, so that a concurrent DROP costs one
    // expression and not the audit. `present` replaces scratch names in the result.
    template <class Present>
    void deparse(TextPool &pool, Present present) {
        texts_.resize(entries_.size());
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            const Deparsed deparsed = deparse_one(entries_[i]);
            Texts &texts = texts_[i];
            texts.vanished = deparsed.vanished;
            texts.sequence = deparsed.sequence;
            if (deparsed.text != nullptr) {
                texts.text = pool.intern(present(deparsed.text));
            }
            if (deparsed.normal != nullptr) {
                texts.normal = pool.intern(present(deparsed.normal));
            }
        }
    }

    [[nodiscard]] const Texts &operator[](std::uint32_t number) const noexcept { return texts_[number]; }

private:
    struct Entry {
        TextId key;          // in keys_: the tree, then the names of the columns that it reads
        std::uint32_t tree;  // length of the tree
        Oid relid;           // InvalidOid: reads no column
        Oid sequence;        // valid: nextval of this sequence, nothing to deparse
    };
    struct Reader {  // the last expression of a node text that reads columns
        TextId raw = TextId::none;
        std::uint32_t number = 0;
        std::vector<std::pair<std::int16_t, std::string_view>> columns;  // by number and name, which lasts
        template <class NameOf>
        bool same_names(NameOf name_of) const {
            return std::ranges::all_of(columns,
                                       [&](const auto &column) { return name_of(column.first) == column.second; });
        }
    };
    static constexpr std::string_view column_field = ":varattno ";
    static std::string without_locations(std::string_view node_text);
    static std::int16_t column_number(std::string_view key, std::size_t field);
    static constexpr std::uint32_t reads_columns = 0xFFFFFFFE;
    std::uint32_t add_constant(std::string_view node_text, std::size_t neighbour);  // reads_columns when it is none
    std::uint32_t add_key(std::string_view key, std::size_t tree, Oid relid);
    struct Deparsed {
        const char *text = nullptr;
        const char *normal = nullptr;
        Oid sequence = InvalidOid;
        bool vanished = false;
    };
    [[nodiscard]] Deparsed deparse_one(const Entry &entry) const;

    std::array<Reader, 256> readers_;
    std::vector<TextId> neighbours_;              // the last node text at each place of a table
    TextPool raw_;                                // node texts as stored
    TextPool keys_;                               // without locations
    std::vector<std::uint32_t> by_raw_, by_key_;  // number + 1, by TextId
    std::vector<Entry> entries_;
    std::vector<Texts> texts_;
};

}  // namespace schema_audit::server
