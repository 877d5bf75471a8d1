// A flat hash map from an id (an OID, or a pair of text ids) to a 32-bit index.
//
// The home slot keeps the id's low bits: catalogs are laid out roughly in OID order, and texts are numbered
// as they come, so that neighbours in a scan are neighbours in the map (measured: a mixing hash costs a
// quarter of a scan's time in cache misses).
#pragma once

#include "core/schema/text_pool.hpp"

#include <cstdint>
#include <vector>

namespace schema_audit {

template <class Id>
class FlatMap {
public:
    static constexpr std::uint32_t absent = 0xFFFFFFFF;

    explicit FlatMap(std::size_t expected = 0) { reserve(expected); }

    void set(Id id, std::uint32_t value) {
        if ((count_ + 1) * 2 > slots_.size()) {
            rehash(slots_.size() * 2);
        }
        Slot &slot = slots_[slot_of(id)];
        count_ += slot.value == absent ? 1 : 0;
        slot = {id, value};
    }
    [[nodiscard]] std::uint32_t get(Id id) const noexcept {
        const Slot &slot = slots_[slot_of(id)];
        return slot.value;
    }
    [[nodiscard]] std::size_t bytes() const noexcept { return slots_.capacity() * sizeof(Slot); }
    void reserve(std::size_t expected) {
        std::size_t size = 64;
        while (size < expected * 2) {
            size *= 2;
        }
        if (size > slots_.size()) {
            rehash(size);
        }
    }

private:
    struct Slot {
        Id id = 0;
        std::uint32_t value = absent;
    };
    // Of a pair the high half chooses where the run of its neighbours starts: schemas of tenants hold the same
    // names, which would all want the same slots.
    static constexpr std::size_t home_of(Id id) noexcept {
        if constexpr (sizeof(Id) > sizeof(std::uint32_t)) {
            constexpr std::size_t spread = 0x9E3779B1;
            return id + (id >> 32U) * spread;
        } else {
            return id;
        }
    }
    [[nodiscard]] std::size_t slot_of(Id id) const noexcept {
        std::size_t slot = home_of(id) & (slots_.size() - 1);
        while (slots_[slot].value != absent && slots_[slot].id != id) {
            slot = (slot + 1) & (slots_.size() - 1);
        }
        return slot;
    }
    void rehash(std::size_t size) {
        std::vector<Slot> old(size);
        old.swap(slots_);
        for (const Slot &slot : old) {
            if (slot.value != absent) {
                slots_[slot_of(slot.id)] = slot;
            }
        }
    }

    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

using IdMap = FlatMap<std::uint32_t>;
// Of a table's schema and name: names vary more, so they are the low half.
using PairMap = FlatMap<std::uint64_t>;
constexpr std::uint64_t pair_of(TextId schema, TextId name) noexcept {
    return (static_cast<std::uint64_t>(schema) << 32U) | static_cast<std::uint32_t>(name);
}

}  // namespace schema_audit
