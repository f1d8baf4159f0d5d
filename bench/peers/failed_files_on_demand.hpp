#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace bench {

/// Reads a body with simdjson's On-Demand parser, which wants it whole: visits each record, undoes the escapes of its
/// document and error, and builds nothing of it.
class failed_files_on_demand {
public:
    void begin() noexcept { size_ = 0; }

    /// Where the next bytes, up to `left` of them, are read to without being moved again.
    [[nodiscard]] std::span<char> place(std::span<char>, std::size_t left)
    {
        reserve(size_ + left);
        return {body_.get() + size_, left};
    }

    void feed(const char* data, std::size_t size)
    {
        reserve(size_ + size);
        if (data != body_.get() + size_)
            std::copy_n(data, size, body_.get() + size_);
        size_ += size;
    }

    /// The number of records in the body that has been fed. Throws simdjson_error when it is no JSON.
    std::size_t end()
    {
        simdjson::ondemand::document document = parser().iterate(body_.get(), size_, capacity_);
        std::size_t records = 0;
        for (simdjson::ondemand::field member : document.get_object())
            if (member.key() == "failed_files")
                for (auto record : member.value().get_array())
                    records += is_whole(record.get_object());
        if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
            throw std::runtime_error{"something stands behind the JSON"};
        return records;
    }

private:
    static bool is_whole(simdjson::ondemand::object record)
    {
        std::string_view document;
        std::string_view error;
        for (simdjson::ondemand::field member : record) {
            const simdjson::ondemand::raw_json_string key = member.key();
            if (key == "document")
                document = member.value().get_string();
            else if (key == "error")
                error = member.value().get_string();
        }
        return !document.empty() && !error.empty();
    }

    /// One for all connections: what it holds is done with before another body is read.
    static simdjson::ondemand::parser& parser()
    {
        static simdjson::ondemand::parser one;
        return one;
    }

    void reserve(std::size_t size)
    {
        if (capacity_ >= size + simdjson::SIMDJSON_PADDING)
            return;
        const auto grown = std::max(size, 2 * size_) + simdjson::SIMDJSON_PADDING;
        auto larger = std::make_unique<char[]>(grown);
        std::copy_n(body_.get(), size_, larger.get());
        body_ = std::move(larger);
        capacity_ = grown;
    }

    std::unique_ptr<char[]> body_;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
};

}  // namespace bench
