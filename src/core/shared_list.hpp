// A list whose copies share their memory until one of them changes: what the commands of a transaction have in
// common is handed to each of them without being copied.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace schema_audit {

template <class Item>
class SharedList {
public:
    SharedList() = default;
    SharedList(std::initializer_list<Item> items) : items_(std::make_shared<std::vector<Item>>(items)) {}

    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return items_ != nullptr ? items_->size() : 0; }
    [[nodiscard]] const Item *begin() const noexcept { return items_ != nullptr ? items_->data() : nullptr; }
    [[nodiscard]] const Item *end() const noexcept { return begin() + size(); }
    [[nodiscard]] const Item &front() const noexcept { return *begin(); }
    [[nodiscard]] const Item &back() const noexcept { return *(end() - 1); }

    void push_back(Item item) { own().push_back(std::move(item)); }
    void pop_back() { own().pop_back(); }
    void clear() noexcept { items_.reset(); }
    template <class Condition>
    void erase_if(Condition condition) {
        if (std::any_of(begin(), end(), condition)) {
            std::erase_if(own(), condition);
        }
    }

private:
    std::vector<Item> &own() {
        if (items_ == nullptr) {
            items_ = std::make_shared<std::vector<Item>>();
        } else if (items_.use_count() > 1) {
            items_ = std::make_shared<std::vector<Item>>(*items_);
        }
        return *items_;
    }

    std::shared_ptr<std::vector<Item>> items_;
};

}  // namespace schema_audit
