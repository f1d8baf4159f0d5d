#include "report/failure_sample.hpp"

#include "protocol/string_escapes.hpp"

#include <limits>
#include <string_view>
#include <utility>

namespace jobaudit::report {

namespace {

// A traceback says at its end what went wrong, everything else at its beginning.
constexpr std::size_t kept_beginning = 1024;
constexpr std::size_t kept_end = 1024;

static_assert(kept_beginning + kept_end <= std::numeric_limits<std::uint16_t>::max());

/// Gives how many bytes it appended.
std::uint16_t append_shortened(std::string& out, std::string_view text)
{
    const auto before = out.size();
    out += text.substr(0, text.size() > kept_beginning + kept_end ? kept_beginning : text.size());
    if (text.size() > kept_beginning + kept_end)
        out += text.substr(text.size() - kept_end);
    return static_cast<std::uint16_t>(out.size() - before);
}

// What a string says of which only the JSON text may be at hand.
std::string_view text_of(std::string_view text, std::string_view json, std::string& memory)
{
    if (!text.empty() || json.empty())
        return text;
    memory.resize(json.size());
    const char* const end = protocol::write_unescaped(json, memory.data());
    return {memory.data(), static_cast<std::size_t>(end - memory.data())};
}

}  // namespace

void packed_texts::add(std::string_view document, std::string_view error)
{
    const auto at = bytes_.size();
    bytes_.resize(at + sizeof(sizes));
    sizes now{};
    now.document = append_shortened(bytes_, document);
    now.error = append_shortened(bytes_, error);
    std::memcpy(bytes_.data() + at, &now, sizeof now);
    ++count_;
}

void packed_texts::append(const packed_texts& others)
{
    bytes_ += others.bytes_;
    count_ += others.count_;
}

void failure_sample::tap::draw_gap()
{
    if (halvings_ > 0)
        skipped_ =
            std::geometric_distribution<std::size_t>{1.0 / static_cast<double>(std::size_t{1} << halvings_)}(random_);
}

void failure_sample::tap::keep_some(std::span<const failed_file_view> records)
{
    while (records.size() > skipped_) {
        records = records.subspan(std::exchange(skipped_, 0));
        const auto& record = records.front();
        drawn_.add(text_of(record.document, record.document_json, document_),
                   text_of(record.error, record.error_json, error_));
        records = records.subspan(1);
        draw_gap();
        // One job may have more than is kept in all.
        if (drawn_.size() > most_kept) {
            drawn_.erase_if([this] { return random_() % 2 == 0; });
            ++halvings_;
            draw_gap();
        }
    }
    skipped_ -= records.size();
}

std::uint32_t failure_sample::seed()
{
    const std::lock_guard guard{mutex_};
    return static_cast<std::uint32_t>(random_());
}

void failure_sample::halve(packed_texts& files)
{
    files.erase_if([this] { return random_() % 2 == 0; });
}

void failure_sample::take(tap& from)
{
    const std::lock_guard guard{mutex_};
    for (; halvings_ < from.halvings_; ++halvings_)
        halve(kept_);
    for (auto done = from.halvings_; done < halvings_; ++done)
        halve(from.drawn_);
    kept_.append(from.drawn_);
    from.drawn_.clear();
    for (; kept_.size() > most_kept; ++halvings_)
        halve(kept_);
    if (from.halvings_ < halvings_) {
        from.halvings_ = halvings_;
        from.draw_gap();
    }
}

estimated_reasons failure_sample::find() const
{
    const std::lock_guard guard{mutex_};
    grouping::reason_collector reasons;
    kept_.for_each([&](std::string_view document, std::string_view error) { reasons.add(document, error); });
    return {reasons.find().reasons, kept_.size(), halvings_ == 0};
}

}  // namespace jobaudit::report
