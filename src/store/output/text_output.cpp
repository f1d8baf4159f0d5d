#include "store/output/text_output.hpp"

#include "store/output/file_lock.hpp"
#include "store/output/line_checksum.hpp"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <utility>

namespace jobaudit::store {

namespace {

// A file takes a long piece with less work for each page than several short ones.
constexpr std::size_t batch_limit = 1024 * 1024;
// A longer text is written from where it stands.
constexpr std::size_t longest_copied_text = 256 * 1024;

}  // namespace

text_output::text_output(std::string path, open_mode mode, sync_policy sync, const text_form& how)
    : form_{how}, file_{std::move(path), mode, how.kind, how.jobs_are_lines}, sync_policy_{sync}
{
    if (!file_.is_named_file())
        return;
    if (file_.lacks_lock())
        add_warning(no_locks_text(file_.path()));
    tell_of_older_file();
    checksums_.emplace(file_.path(), mode);
    if (mode != open_mode::resume)
        tell_of_no_checksums();
}

void text_output::tell_of_no_checksums()
{
    if (!checksums_->problem().empty())
        add_warning(file_.path() + ": " + checksums_->problem());
}

void text_output::tell_of_older_file()
{
    const auto& path = file_.path();
    const auto kept = output_file::kept_name(path);
    switch (file_.older()) {
    case output_file::older_file::kept:
        checksum_file::follow(path, kept);
        add_note("the older " + path + " is kept as " + kept);
        break;
    case output_file::older_file::dropped:
        add_note(path + ", which was not finished, is replaced; what is kept as " + kept + " stays there");
        break;
    case output_file::older_file::none:
        if (file_.began_empty())
            checksum_file::catch_up(path, kept);
        break;
    }
}

void text_output::read_earlier(const reader& read)
{
    checksum_match checksums{*checksums_};
    const resume_point point = read(file_.descriptor(), file_.path(), checksums);
    earlier_ = earlier_texts{point, checksums.matched(), checksums.unknown()};
    if (point.torn > 0)
        add_note(file_.path() + ": cut a torn last " + std::string{form_.unit} + " of " + std::to_string(point.torn) +
                 " bytes");
    if (const auto count = earlier_->unknown.size(); count > 0)
        add_warning(file_.path() + ": " + checksums_->path() + " has no checksum for " +
                    (count == point.lines ? "its lines" : "the last " + std::to_string(count) + " of its lines") +
                    ": they were checked for their form alone");
    tell_of_no_checksums();
}

void text_output::begin(const run_description&)
{
    const std::lock_guard guard{mutex_};
    go_on();
}

void text_output::go_on()
{
    if (!earlier_)
        return;
    const auto [point, matched, unknown] = *std::exchange(earlier_, std::nullopt);
    const bool had_checksums = checksums_->problem().empty();
    try {
        if (point.torn > 0 || point.lacks_line_break)
            file_.repair(point.size, point.lacks_line_break);
        checksums_->cut(matched);
        checksums_->append(unknown);
    } catch (const output_error& error) {
        keep(error);
        throw;
    }
    if (had_checksums)
        tell_of_no_checksums();
}

text_output::~text_output()
{
    if (earlier_) {
        file_.take_back();
        return;
    }
    try {
        text_output::close();
    } catch (const std::exception&) {
        // Nobody is left to hear it; close() was there to be called.
    }
}

void text_output::add(std::string_view text, content job)
{
    const std::lock_guard guard{mutex_};
    if (failure_)
        throw *failure_;
    go_on();
    add_heading();

    const bool is_copied = text.size() <= longest_copied_text;
    if (!is_copied || batch_.size() + text.size() > batch_limit)
        write_batch();
    if (batch_contents_.empty())
        oldest_ = std::chrono::steady_clock::now();
    const std::uint64_t checksum = checksums_ ? checksum_of(checksums_->kind(), text.substr(0, text.size() - 1)) : 0;
    if (!is_copied) {
        write_now(text, {&checksum, 1});
    } else {
        batch_ += text;
        batch_checksums_.push_back(checksum);
        batch_contents_.push_back(job);
    }
    ++jobs_;
}

void text_output::add_long(const std::function<void(const piece_visitor&)>& produce)
{
    const std::lock_guard guard{mutex_};
    if (failure_)
        throw *failure_;
    go_on();
    add_heading();
    write_batch();
    try {
        // So long a text is read once: its checksum is known when it is written.
        line_checksum checksum{checksums_ ? checksums_->kind() : checksum_kind::xxh3};
        bool has_line_break = false;
        produce([&](std::string_view piece) {
            file_.write(piece);
            // That of the piece before was none of the text's end.
            if (std::exchange(has_line_break, piece.ends_with('\n')))
                checksum.update("\n");
            checksum.update(piece.substr(0, piece.size() - (has_line_break ? 1 : 0)));
        });
        file_.end_batch();
        const std::uint64_t value = checksum.value();
        if (checksums_)
            checksums_->append({&value, 1});
        note_unsynced();
    } catch (const output_error& error) {
        file_.drop_begun_line();
        keep(error);
        throw;
    }
    ++jobs_;
}

void text_output::fail_with(const output_error& error)
{
    const std::lock_guard guard{mutex_};
    keep(error);
}

void text_output::add_heading()
{
    if (file_.end() == 0 && batch_.empty())
        batch_ = form_.heading;
}

void text_output::keep(const output_error& error)
{
    if (!failure_)
        failure_.emplace(error);
}

void text_output::write_batch()
{
    const auto before = file_.written();
    try {
        write_now(batch_, batch_checksums_);
    } catch (const output_error&) {
        // A line counts as written once its line break is written.
        const auto standing = std::count(batch_.begin(), batch_.begin() + (file_.written() - before), '\n');
        batch_contents_.erase(batch_contents_.begin(),
                              batch_contents_.begin() + std::min(standing, std::ssize(batch_contents_)));
        throw;
    }
    batch_.clear();
    batch_checksums_.clear();
    batch_contents_.clear();
}

void text_output::write_now(std::string_view lines, std::span<const std::uint64_t> checksums)
{
    if (lines.empty())
        return;
    try {
        if (checksums_)
            checksums_->append(checksums);
        file_.write(lines);
        file_.end_batch();
        note_unsynced();
    } catch (const output_error& error) {
        keep(error);
        throw;
    }
}

void text_output::note_unsynced()
{
    if (std::exchange(is_synced_, false))
        unsynced_ = std::chrono::steady_clock::now();
}

void text_output::sync()
{
    try {
        if (checksums_)
            checksums_->sync();
        file_.sync();
        is_synced_ = true;
    } catch (const output_error& error) {
        keep(error);
        throw;
    }
}

void text_output::flush_due(time_point now) noexcept
{
    try {
        const std::lock_guard guard{mutex_};
        if (failure_)
            return;
        if (!batch_.empty() && now - oldest_ >= longest_wait / 2)
            write_batch();
        if (sync_policy_ == sync_policy::always && !is_synced_ && now - unsynced_ >= longest_wait / 2)
            sync();
    } catch (const std::exception&) {
        // failure_ holds it, and the next commit throws it.
    }
}

void text_output::flush()
{
    const std::lock_guard guard{mutex_};
    if (failure_)
        throw *failure_;
    write_batch();
}

void text_output::end(bool is_finished)
{
    const std::lock_guard guard{mutex_};
    // The first error stays in failure_; the file and its lock are given back all the same.
    const auto attempt = [this](auto action) {
        try {
            action();
        } catch (const output_error& error) {
            keep(error);
        }
    };
    attempt([this] { go_on(); });
    if (!failure_)
        attempt([this] { write_batch(); });
    // Where there was nothing to write, the file is whole all the same: decoders take none of no bytes.
    if (is_finished && !failure_ && file_.end() == 0)
        attempt([this] {
            write_now(form_.heading, {});
            file_.end_batch();
            note_unsynced();
        });
    if (sync_policy_ != sync_policy::never && !is_synced_)
        attempt([this] { sync(); });
    attempt([this] { file_.close(); });
    if (is_finished && checksums_ && !failure_)
        attempt([this] {
            checksums_->mark_finished(file_.end());
            if (sync_policy_ != sync_policy::never)
                checksums_->sync();
        });
    if (checksums_)
        checksums_->close();
    file_.unlock();
    if (failure_)
        throw *failure_;
}

std::optional<output_error> text_output::failure() const
{
    const std::lock_guard guard{mutex_};
    return failure_;
}

text_output::lost_outcomes text_output::lost() const
{
    const std::lock_guard guard{mutex_};
    lost_outcomes all;
    for (const auto& each : batch_contents_) {
        ++all.outcomes[static_cast<std::size_t>(each.kind)];
        all.failed_files += each.failed_files;
    }
    return all;
}

std::uint64_t text_output::committed() const
{
    const std::lock_guard guard{mutex_};
    return jobs_;
}

}  // namespace jobaudit::store
