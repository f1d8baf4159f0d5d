#include "store/output/outcome_file.hpp"

#include "store/compression/compressed_file.hpp"
#include "store/compression/member_reader.hpp"
#include "store/input/input_error.hpp"
#include "store/job_id_table.hpp"
#include "store/output/checksum_file.hpp"
#include "store/output/ndjson_reader.hpp"

#include <jobaudit/job_id.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

namespace jobaudit::store {

namespace {

constexpr std::size_t block_size = 256 * 1024;

[[noreturn]] void fail(const std::string& name, int error)
{
    throw input_error{"cannot read " + name + ": " + std::generic_category().message(error)};
}

[[noreturn]] void refuse(const std::string& name, const line_error& error)
{
    if (error.why() == line_error::reason::changed)
        throw input_error{"cannot read " + name + ": line " + std::to_string(error.line()) +
                          " is not as it was written: it differs from its checksum in " +
                          checksum_file::path_for(name) + ". If you changed it on purpose, remove that file"};
    const auto line = "line " + std::to_string(error.line()) + ": " + error.what();
    throw input_error{"cannot read " + name + ": it is no output of `jobaudit audit` (" + line + ")"};
}

/// Of the jobs with several lines, which one counts.
class last_lines {
public:
    void add(const std::string& id, std::uint64_t line)
    {
        const auto job = job_id::parse(id);
        if (!job || jobs_.insert(*job).inserted)
            return;
        repeated_[*job].push_back(line);
    }

    [[nodiscard]] bool has_repeats() const noexcept { return !repeated_.empty(); }

    /// Once more for each line; gives those that do not count.
    void add_again(const std::string& id, std::uint64_t line, std::vector<std::uint64_t>& superseded) const
    {
        const auto job = job_id::parse(id);
        if (!job)
            return;
        if (const auto at = repeated_.find(*job); at != repeated_.end() && at->second.back() != line)
            superseded.push_back(line);
    }

private:
    job_id_table jobs_;
    std::map<job_id, std::vector<std::uint64_t>> repeated_;  // their second line and those behind it
};

ssize_t read_some(int fd, std::vector<char>& block)
{
    for (;;) {
        const auto count = ::read(fd, block.data(), block.size());
        if (count >= 0 || errno != EINTR)
            return count;
    }
}

}  // namespace

outcome_file::outcome_file(const std::string& path)
    : name_{path == "-" ? "standard input" : path}
    , input_{"/var/tmp", "a report of what comes from a pipe needs: make room there, or give it a file"}
{
    open(path);
    find_compression();
    check();
}

void outcome_file::open(const std::string& path)
{
    file_.reset(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file_.is_open() || ::fstat(file_.get(), &status) != 0)
        fail(name_, errno);
    if (S_ISDIR(status.st_mode))
        fail(name_, EISDIR);
    if (S_ISREG(status.st_mode))
        size_ = static_cast<std::uint64_t>(status.st_size);
    else
        keep_input();
}

void outcome_file::keep_input()
{
    std::vector<char> block(block_size);
    for (;;) {
        const auto count = read_some(file_.get(), block);
        if (count < 0)
            fail(name_, errno);
        if (count == 0)
            break;
        input_.append({block.data(), static_cast<std::size_t>(count)});
    }
    file_.reset();
    size_ = input_.size();
}

void outcome_file::read_blocks(std::uint64_t end, const take_block& take) const
{
    std::vector<char> block(block_size);
    for (std::uint64_t at = 0; at < end;) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), end - at));
        if (!file_.is_open()) {
            const auto piece = input_.read_at(static_cast<std::size_t>(at), block.data(), most);
            take(piece);
            at += piece.size();
            continue;
        }
        const auto count = ::pread(file_.get(), block.data(), most, static_cast<off_t>(at));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            fail(name_, count < 0 ? errno : EIO);
        take({block.data(), static_cast<std::size_t>(count)});
        at += static_cast<std::uint64_t>(count);
    }
}

void outcome_file::read_text(const take_block& take) const
{
    std::uint64_t left = text_size_;
    const auto take_text = [&](std::string_view text) {
        text = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(text.size(), left)));
        left -= text.size();
        take(text);
    };
    if (compression_ == compression::none) {
        read_blocks(size_, take_text);
        return;
    }
    try {
        member_reader members{compression_};
        read_blocks(size_, [&](std::string_view bytes) { members.read(bytes, take_text); });
    } catch (const member_error&) {
        throw input_error{"cannot read " + name_ + ": it changes while it is read"};
    }
}

void outcome_file::find_compression()
{
    std::string front;
    read_blocks(std::min<std::uint64_t>(size_, longest_signature), [&](std::string_view bytes) { front += bytes; });
    compression_ = compression_of_content(front);
    // One whose beginning is damaged is still known by its name.
    if (compression_ == compression::none && !front.empty() && front.front() != '{')
        compression_ = compression_of_name(name_);
    if (compression_ != compression::none)
        check_members();
}

// Text is passed on as it is decoded: what a torn member holds must be known before.
void outcome_file::check_members()
{
    const auto found = found_members();
    const auto member = std::string{member_name(compression_)};
    // What came from a pipe can be had whole.
    if (found.torn > 0 && (!file_.is_open() || found.members == 0))
        throw input_error{"cannot read " + name_ + ": it is cut short within its " + member + " number " +
                          std::to_string(found.members + 1) + ", which begins at byte " + std::to_string(found.size)};
    if (found.torn > 0)
        note_ = "the last " + member + " of " + name_ + " is torn, and " + std::to_string(found.torn) +
                " bytes are left out: the audit that wrote it was killed, or goes on, or not all of it was copied";
    size_ = found.size;
}

whole_members outcome_file::found_members() const
{
    try {
        if (file_.is_open())
            return store::check_members(file_.get(), compression_);
        member_reader members{compression_};
        read_blocks(size_, [&](std::string_view bytes) { members.read(bytes, [](std::string_view) {}); });
        return {members.whole(), size_ - members.whole(), members.members()};
    } catch (const member_error& error) {
        throw input_error{"cannot read " + name_ + ": " + error.what()};
    } catch (const std::system_error& error) {
        fail(name_, error.code().value());
    }
}

void outcome_file::check()
{
    std::optional<checksum_file> sums;
    if (file_.is_open())
        sums.emplace(name_);
    std::optional<checksum_match> checksums;
    if (sums && sums->problem().empty())
        checksums.emplace(*sums);

    last_lines lines;
    ndjson_reader reader{checksums ? &*checksums : nullptr,
                         [&](const outcome_line& line) { lines.add(line.job, lines_++); }};
    try {
        read_text([&](std::string_view block) { reader.take(block); });
        const auto found = reader.finish();
        text_size_ = found.size;
        if (compression_ == compression::none)
            size_ = found.size;
        if (found.torn > 0)
            note_ =
                "the last line of " + name_ + " is torn, and left out: the audit that wrote it was killed, or goes on";
    } catch (const line_error& error) {
        refuse(name_, error);
    }
    // Of one without checksums nobody knows.
    std::error_code cannot_tell;
    if (note_.empty() && checksums && std::filesystem::exists(checksum_file::path_for(name_), cannot_tell) &&
        !checksum_file::is_finished(name_, size_))
        note_ = "the audit in " + name_ + " has not finished, or lines were taken out of it since: jobs are missing";
    if (!lines.has_repeats())
        return;
    std::uint64_t number = 0;
    ndjson_reader again{nullptr, [&](const outcome_line& line) { lines.add_again(line.job, number++, superseded_); }};
    read_text([&](std::string_view block) { again.take(block); });
    (void)again.finish();
}

void outcome_file::read(outcome_visitor& visitor) const
{
    // Lines were checked when the file was opened: here the records go straight through.
    struct forwarding final : outcome_line_visitor {
        outcome_visitor& visitor;
        bool counts = true;
        explicit forwarding(outcome_visitor& to) : visitor{to} {}
        void on_failed_file(std::string_view document, std::string_view error) override
        {
            if (counts)
                visitor.on_failed_file(document, error);
        }
    } records{visitor};

    auto skipped = superseded_.begin();
    std::uint64_t number = 0;
    const auto begin_line = [&] { records.counts = skipped == superseded_.end() || *skipped != number; };
    outcome_line_reader line{&records};
    const auto end_line = [&] {
        if (!line.complete())
            throw input_error{"cannot read " + name_ + ": it changes while it is read"};
        if (records.counts)
            visitor.on_job(line.line());
        else
            ++skipped;
        ++number;
        line.start();
        begin_line();
    };
    line.start();
    begin_line();
    bool is_open = false;
    read_text([&](std::string_view block) {
        while (!block.empty()) {
            const auto line_break = block.find('\n');
            const auto piece = block.substr(0, line_break);
            if (!line.feed(piece))
                throw input_error{"cannot read " + name_ + ": it changes while it is read"};
            is_open = line_break == std::string_view::npos;
            if (is_open)
                return;
            end_line();
            block.remove_prefix(line_break + 1);
        }
    });
    if (is_open)
        end_line();
}

}  // namespace jobaudit::store
