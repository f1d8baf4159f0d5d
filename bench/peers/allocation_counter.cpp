// Preloaded into a peer (LD_PRELOAD): counts the calls that allocate from glibc's heap, and writes their number at exit
// to the file that ALLOCATION_COUNT names. Not for a peer that is linked with an allocator of its own.

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

// glibc's own entries, behind the names that are replaced here.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

// Initialised before any code runs: allocations come before constructors.
constinit std::atomic<std::uint64_t> allocations{0};

void count() noexcept { allocations.fetch_add(1, std::memory_order_relaxed); }

struct report {
    ~report()
    {
        const char* path = std::getenv("ALLOCATION_COUNT");
        const auto counted = allocations.load();
        if (!path)
            return;
        if (std::FILE* file = std::fopen(path, "w")) {
            std::fprintf(file, "%llu\n", static_cast<unsigned long long>(counted));
            std::fclose(file);
        }
    }
};

const report at_exit;

}  // namespace

extern "C" {

void* malloc(std::size_t size)
{
    count();
    return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size)
{
    count();
    return __libc_calloc(number, size);
}

void* realloc(void* old, std::size_t size)
{
    count();
    return __libc_realloc(old, size);
}

void* memalign(std::size_t alignment, std::size_t size)
{
    count();
    return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size)
{
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** out, std::size_t alignment, std::size_t size)
{
    count();
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}
}
