// Interned text. Both schemas of a comparison share one pool, so that equal texts have equal ids and the
// comparison of two columns is a comparison of a few integers.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace schema_audit {

// Id of an interned text; `none` is the empty text, which stands for "absent".
enum class TextId : std::uint32_t { none = 0 };

// Fast, not for anything that lasts.
[[nodiscard]] std::uint64_t hash_of(std::string_view text) noexcept;

class TextPool {
public:
    TextPool();
    TextPool(const TextPool &) = delete;
    TextPool &operator=(const TextPool &) = delete;

    TextId intern(std::string_view text);
    // The same, faster when the guess is right: neighbours in a catalog tend to repeat each other.
    TextId intern(std::string_view text, TextId guess) { return view(guess) == text ? guess : intern(text); }
    // The same for texts that come again in the order of before, or in a few orders that alternate.
    struct Cursors {
        std::array<TextId, 4> last{};
        std::size_t oldest = 0;
    };
    TextId intern_next(std::string_view text, Cursors &cursors) {
        for (TextId &last : cursors.last) {
            const std::size_t next = static_cast<std::uint32_t>(last) + std::size_t{1};
            if (next < texts_.size() && texts_[next].text == text) {
                return last = static_cast<TextId>(next);
            }
        }
        return cursors.last[cursors.oldest++ % cursors.last.size()] = intern(text);
    }
    // Room for so many texts more: growing moves everything.
    void reserve(std::size_t more);
    // The id of a text that was interned before, else `none`.
    [[nodiscard]] TextId find(std::string_view text) const noexcept;
    // Valid as long as the pool. Zero-terminated.
    [[nodiscard]] std::string_view view(TextId id) const noexcept {
        return texts_[static_cast<std::uint32_t>(id)].text;
    }
    [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept;  // of memory

private:
    struct Entry {
        std::string_view text;
        std::uint64_t hash;
    };
    // Part of the hash lies in the slot, so that only a likely match touches the entry and its text.
    struct Slot {
        std::uint32_t entry = 0;  // 0 = free, else index into texts_
        std::uint32_t tag = 0;
    };
    static std::uint32_t tag_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash >> 32U); }
    void rehash(std::size_t size);
    char *allocate(std::size_t size);
    [[nodiscard]] std::size_t slot_of(std::string_view text, std::uint64_t hash) const noexcept;

    std::vector<Entry> texts_;
    std::vector<Slot> slots_;  // open addressing, power of two
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t block_bytes_ = 0;
    std::size_t block_left_ = 0;
    char *block_next_ = nullptr;
};

}  // namespace schema_audit
