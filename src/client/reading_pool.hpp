#pragma once

#include "protocol/failed_files_reader.hpp"
#include "protocol/response_reader.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::client_detail {

/// What one response is read into.
struct response_reading {
    explicit response_reading(protocol::response_reader::limits bounds) : response{bounds} {}

    protocol::response_reader response;
    protocol::failed_files_reader files;
    std::string body;  ///< its beginning: for a message, or for an error's JSON
};

/// The readings of a thread. A job holds one only while its response comes, and the one that came back last is given
/// out first: a few that stay in the cache serve all jobs in flight. Not thread-safe.
class reading_pool {
public:
    explicit reading_pool(protocol::response_reader::limits bounds) : bounds_{bounds} {}

    class returner {
    public:
        returner() = default;
        explicit returner(reading_pool& to) noexcept : to_{&to} {}
        void operator()(response_reading* returned) const noexcept { to_->take_back(returned); }

    private:
        reading_pool* to_ = nullptr;
    };
    using handle = std::unique_ptr<response_reading, returner>;

    [[nodiscard]] handle take()
    {
        if (spare_.empty()) {
            // Room for its return, which must not fail.
            spare_.reserve(++made_);
            return handle{new response_reading{bounds_}, returner{*this}};
        }
        auto last = std::move(spare_.back());
        spare_.pop_back();
        return handle{last.release(), returner{*this}};
    }

private:
    void take_back(response_reading* returned) noexcept { spare_.emplace_back(returned); }

    const protocol::response_reader::limits bounds_;
    std::vector<std::unique_ptr<response_reading>> spare_;
    std::size_t made_ = 0;
};

}  // namespace jobaudit::client_detail
