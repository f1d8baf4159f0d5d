#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

/// Puts U+FFFD in the place of each escape of JSON that stands for half of a surrogate pair, in text that comes in
/// pieces. RFC 8259 §8.2 allows such an escape and leaves open what it means; Python's json.dumps writes one for each
/// byte of a file name that is no UTF-8, and Boost.JSON refuses it. From 1.86 on its option allow_invalid_utf16
/// does the same, and this class can go once that is the oldest Boost.
class surrogate_repair {
public:
    void reset() noexcept { held_size_ = 0; }

    /// Calls `feed`, which gives the bytes that it took of those it was given, with what is to stand in the place of
    /// `bytes`. Gives how many of them are done with: fewer than all where feed() took fewer than it was given. An
    /// escape at the end of which more is needed is held back until then.
    template <class Feed>
    [[nodiscard]] std::size_t put(std::string_view bytes, Feed feed)
    {
        std::size_t done = 0;
        while (held_size_ != 0 && done < bytes.size()) {
            held_[held_size_++] = bytes[done++];
            if (!settle_held(feed))
                return done - 1;
        }
        while (done < bytes.size()) {
            const auto part = whole_run(bytes.substr(done));
            const auto taken = part.size == 0 ? 0 : feed(bytes.substr(done, part.size));
            done += taken;
            if (taken < part.size)
                return done;
            if (part.ends == ending::lone) {
                if (feed(replacement) < replacement.size())
                    return done;
                done += escape_size;
            } else if (part.ends == ending::open) {
                held_size_ = bytes.copy(held_.data(), held_.size(), done);
                return bytes.size();
            }
        }
        return done;
    }

    /// Gives what is held back as it is: nothing follows.
    template <class Feed>
    void finish(Feed feed)
    {
        if (held_size_ != 0)
            (void)feed(std::string_view{held_.data(), held_size_});
        held_size_ = 0;
    }

private:
    static constexpr std::string_view replacement = R"(\ufffd)";
    static constexpr std::size_t escape_size = 6;
    static constexpr std::size_t pair_size = 2 * escape_size;

    enum class ending : unsigned char { none, lone, open };

    struct run {
        std::size_t size = 0;  ///< that may stay as it is
        ending ends = ending::none;
    };

    [[nodiscard]] static bool is_hexadecimal(char c) noexcept
    {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /// Whether what begins at `from` may be one half: its first digits are D8 to DB, or DC to DF. Compares as many
    /// bytes as there are, at most six.
    [[nodiscard]] static bool may_be_half(std::string_view from, bool is_second) noexcept
    {
        static constexpr std::string_view firsts = "89abAB";
        static constexpr std::string_view seconds = "cdefCDEF";
        for (std::size_t i = 0; i < std::min(from.size(), escape_size); ++i) {
            const char c = from[i];
            const bool fits = i == 0   ? c == '\\'
                              : i == 1 ? c == 'u'
                              : i == 2 ? c == 'd' || c == 'D'
                              : i == 3 ? (is_second ? seconds : firsts).find(c) != std::string_view::npos
                                       : is_hexadecimal(c);
            if (!fits)
                return false;
        }
        return true;
    }

    /// The kind of escape at the front of `from`, which begins with a backslash.
    [[nodiscard]] static run look(std::string_view from) noexcept
    {
        if (from.size() < 2)
            return {0, ending::open};
        // Nearly all escapes are a quote, a backslash or the end of a line.
        if (from[1] != 'u')
            return {2, ending::none};
        if (may_be_half(from, true))
            return {0, from.size() < escape_size ? ending::open : ending::lone};
        if (!may_be_half(from, false))
            return {2, ending::none};
        if (from.size() < escape_size)
            return {0, ending::open};
        const auto second = from.substr(escape_size);
        if (!may_be_half(second, true))
            return {0, ending::lone};
        return second.size() < escape_size ? run{0, ending::open} : run{pair_size, ending::none};
    }

    [[nodiscard]] static run whole_run(std::string_view bytes) noexcept
    {
        std::size_t at = bytes.find('\\');
        while (at != std::string_view::npos) {
            const auto next = look(bytes.substr(at));
            if (next.ends != ending::none)
                return {at, next.ends};
            at = bytes.find('\\', at + next.size);
        }
        return {bytes.size(), ending::none};
    }

    /// Feeds what of the held bytes needs no more behind it. False when feed() took fewer.
    template <class Feed>
    [[nodiscard]] bool settle_held(Feed& feed)
    {
        while (held_size_ != 0) {
            const std::string_view held{held_.data(), held_size_};
            const auto next = held[0] == '\\' ? look(held) : run{1, ending::none};
            if (next.ends == ending::open)
                return true;
            const bool is_lone = next.ends == ending::lone;
            const auto text = is_lone ? replacement : held.substr(0, next.size);
            if (feed(text) < text.size())
                return false;
            const auto used = is_lone ? escape_size : next.size;
            std::copy(held_.begin() + static_cast<std::ptrdiff_t>(used),
                      held_.begin() + static_cast<std::ptrdiff_t>(held_size_), held_.begin());
            held_size_ -= used;
        }
        return true;
    }

    std::array<char, pair_size> held_{};
    std::size_t held_size_ = 0;
};

}  // namespace jobaudit::protocol
