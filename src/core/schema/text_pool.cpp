#include "core/schema/text_pool.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace schema_audit {
namespace {

constexpr std::size_t block_size = 64UL * 1024;

constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15ULL;

std::uint64_t word_at(const char *at, std::size_t size = sizeof(std::uint64_t)) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, size);
    return word;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) noexcept { return (std::rotl(hash, 23) ^ word) * multiplier; }

}  // namespace

// Names and type texts are short, so the end is kept cheap; stored expressions run to hundreds of bytes, for
// which two independent lanes halve the wait for the multiplier.
std::uint64_t hash_of(std::string_view text) noexcept {
    constexpr std::size_t step = sizeof(std::uint64_t);
    std::uint64_t hash = text.size() * multiplier;
    const char *at = text.data();
    std::size_t left = text.size();
    if (left >= 4 * step) {
        std::uint64_t other = ~hash;
        for (; left >= 2 * step; at += 2 * step, left -= 2 * step) {
            hash = mix(hash, word_at(at));
            other = mix(other, word_at(at + step));
        }
        hash = mix(hash, other);
    }
    for (; left >= step; at += step, left -= step) {
        hash = mix(hash, word_at(at));
    }
    if (left > 0) {
        hash = mix(hash, word_at(at, left));
    }
    return hash ^ (hash >> 29U);
}

TextPool::TextPool() : slots_(1024) { texts_.push_back({std::string_view{"", 0}, 0}); }

std::size_t TextPool::slot_of(std::string_view text, std::uint64_t hash) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot].entry != 0) {
        if (slots_[slot].tag == tag_of(hash) && texts_[slots_[slot].entry].text == text) {
            break;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

TextId TextPool::find(std::string_view text) const noexcept {
    return text.empty() ? TextId::none : static_cast<TextId>(slots_[slot_of(text, hash_of(text))].entry);
}

TextId TextPool::intern(std::string_view text) {
    if (text.empty()) {
        return TextId::none;
    }
    const std::uint64_t hash = hash_of(text);
    std::size_t slot = slot_of(text, hash);
    if (slots_[slot].entry != 0) {
        return static_cast<TextId>(slots_[slot].entry);
    }
    if (texts_.size() * 2 >= slots_.size()) {
        rehash(slots_.size() * 2);
        slot = slot_of(text, hash);
    }
    char *copy = allocate(text.size() + 1);
    std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = '\0';
    texts_.push_back({std::string_view{copy, text.size()}, hash});
    slots_[slot] = {static_cast<std::uint32_t>(texts_.size() - 1), tag_of(hash)};
    return static_cast<TextId>(slots_[slot].entry);
}

std::size_t TextPool::bytes() const noexcept {
    return texts_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(Slot) + block_bytes_;
}

void TextPool::reserve(std::size_t more) {
    const std::size_t wanted = texts_.size() + more;
    texts_.reserve(wanted);
    std::size_t size = slots_.size();
    while (size < wanted * 2) {
        size *= 2;
    }
    if (size > slots_.size()) {
        rehash(size);
    }
}

void TextPool::rehash(std::size_t size) {
    std::vector<Slot> slots(size);
    const std::size_t mask = slots.size() - 1;
    for (std::size_t i = 1; i < texts_.size(); ++i) {
        std::size_t slot = texts_[i].hash & mask;
        while (slots[slot].entry != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = {static_cast<std::uint32_t>(i), tag_of(texts_[i].hash)};
    }
    slots_ = std::move(slots);
}

char *TextPool::allocate(std::size_t size) {
    if (size > block_left_) {
        const std::size_t capacity = std::max(size, block_size);
        block_bytes_ += capacity;
        blocks_.push_back(std::make_unique<char[]>(capacity));
        block_next_ = blocks_.back().get();
        block_left_ = capacity;
    }
    char *result = block_next_;
    block_next_ += size;
    block_left_ -= size;
    return result;
}

}  // namespace schema_audit
