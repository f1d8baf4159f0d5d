#include "report/document_counts.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace jobaudit::report {

namespace {

/// XXH3 spreads well enough by itself.
struct same_hash {
    using is_avalanching = void;
    std::size_t operator()(std::uint64_t hash) const noexcept { return hash; }
};

struct counted_document {
    std::uint64_t failed_files = 0;
    std::uint32_t first = 0;  // number of its first failure
    std::uint32_t first_reason = no_reason;
    std::uint32_t last_reason = no_reason;
};

bool fails_more(const counted_document& one, const counted_document& other) noexcept
{
    return std::pair{other.failed_files, one.first} < std::pair{one.failed_files, other.first};
}

}  // namespace

/// Counts one part after the other.
class document_counts::counting {
public:
    counting(std::span<const std::uint32_t> reason_of_error, std::size_t reasons, std::size_t most,
             std::vector<bool>& is_first)
        : reason_of_error_{reason_of_error}, most_{most}, is_first_{is_first}
    {
        result_.documents_of_reason.resize(reasons);
    }

    void add(std::span<const failure> failures)
    {
        documents_.clear();
        further_.clear();
        for (const auto& each : failures)
            add(each);
        result_.documents += documents_.size();
        for (const auto& [hash, document] : documents_)
            if (worst_.size() < most_ || fails_more(document, last_kept_))
                worst_.push_back(document);
        keep_worst();
    }

    /// The worst documents, in the order of their first failures, and the numbers of these.
    [[nodiscard]] std::pair<found, std::vector<std::uint32_t>> finish()
    {
        std::ranges::sort(worst_, std::ranges::less{}, &counted_document::first);
        std::vector<std::uint32_t> numbers;
        for (const auto& each : worst_) {
            numbers.push_back(each.first);
            result_.worst.push_back({{}, each.failed_files, each.last_reason});
        }
        return {std::move(result_), std::move(numbers)};
    }

private:
    void add(const failure& each)
    {
        const auto reason = reason_of_error_[each.error];
        auto& document = documents_[each.name_hash];
        if (document.failed_files++ == 0) {
            document.first = each.number;
            document.first_reason = reason;
            is_first_[each.number] = true;
            ++result_.documents_of_reason[reason];
        } else if (document.first_reason != reason && further_.emplace(each.name_hash, reason).second) {
            ++result_.documents_of_reason[reason];
        }
        document.last_reason = reason;
    }

    void keep_worst()
    {
        if (worst_.size() <= most_)
            return;
        std::ranges::nth_element(worst_, worst_.begin() + static_cast<std::ptrdiff_t>(most_), fails_more);
        worst_.resize(most_);
        if (most_ > 0)
            last_kept_ = *std::ranges::max_element(worst_, fails_more);
    }

    std::span<const std::uint32_t> reason_of_error_;
    std::size_t most_;
    std::vector<bool>& is_first_;
    found result_;
    boost::unordered_flat_map<std::uint64_t, counted_document, same_hash> documents_;
    boost::unordered_flat_set<std::pair<std::uint64_t, std::uint32_t>> further_;
    std::vector<counted_document> worst_;
    counted_document last_kept_;  // of `most_` documents the one that fails least
};

document_counts::document_counts() : blocks_{"/var/tmp", "a report of so many documents needs: make room there"} {}

void document_counts::add(std::string_view name, std::uint32_t error)
{
    const std::uint64_t hash = XXH3_64bits(name.data(), name.size());
    // By its middle: the table of a part takes places from the upper bits, and tells neighbours apart by the lower
    // ones.
    auto& its_part = parts_[hash >> 28U & 0xFFU];
    its_part.begun.push_back({hash, failures_++, error});
    if (its_part.begun.size() == failures_in_block) {
        blocks_.append({reinterpret_cast<const char*>(its_part.begun.data()), failures_in_block * sizeof(failure)});
        its_part.blocks.push_back(blocks_in_file_++);
        its_part.begun.clear();
    }
    names_.add(name);
}

std::vector<document_counts::failure> document_counts::failures_of(const part& one) const
{
    constexpr std::size_t block_size = failures_in_block * sizeof(failure);
    std::vector<failure> failures(one.blocks.size() * failures_in_block);
    auto* into = reinterpret_cast<char*>(failures.data());
    for (const auto block : one.blocks)
        for (std::size_t got = 0; got < block_size;) {
            const auto piece = blocks_.read_at(std::size_t{block} * block_size + got, into, block_size - got);
            got += piece.size();
            into += piece.size();
        }
    failures.insert(failures.end(), one.begun.begin(), one.begun.end());
    return failures;
}

document_counts::found document_counts::count(std::span<const std::uint32_t> reason_of_error, std::size_t reasons,
                                              std::size_t most)
{
    is_first_.assign(failures_, false);
    counting all{reason_of_error, reasons, most, is_first_};
    for (const auto& each : parts_)
        all.add(failures_of(each));
    auto [result, numbers] = all.finish();
    name(result.worst, numbers);
    std::ranges::sort(result.worst, std::ranges::less{}, [](const document_figures& each) {
        return std::tuple{-static_cast<std::int64_t>(each.failed_files), std::string_view{each.name}};
    });
    return std::move(result);
}

void document_counts::name(std::vector<document_figures>& documents, std::span<const std::uint32_t> numbers) const
{
    std::uint32_t number = 0;
    std::size_t next = 0;
    names_.for_each([&](std::string_view name) {
        if (next < numbers.size() && numbers[next] == number++)
            documents[next++].name = name;
    });
}

void document_counts::for_each(const std::function<void(std::string_view)>& take) const
{
    std::size_t number = 0;
    names_.for_each([&](std::string_view name) {
        if (is_first_[number++])
            take(name);
    });
}

}  // namespace jobaudit::report
