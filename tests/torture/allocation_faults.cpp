// Preloaded into the program under test: makes one of its allocations fail, counted from the start of main.
//
//   ALLOCATION_FAULT_AT    the number of the allocation, from 1; 0: none
//   ALLOCATION_FAULT_LAST  set: every later one fails too
//   ALLOCATION_FAULT_LOG   gets the line `fault` when it happens
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

using main_function = int (*)(int, char**, char**);

main_function program_main = nullptr;
std::atomic<bool> is_counting{false};
std::atomic<unsigned long> allocations{0};
unsigned long failing_one = 0;
bool all_later_fail = false;

struct real_functions {
    void* (*malloc)(std::size_t) = nullptr;
    void* (*calloc)(std::size_t, std::size_t) = nullptr;
    void* (*realloc)(void*, std::size_t) = nullptr;
    void (*free)(void*) = nullptr;
    int (*posix_memalign)(void**, std::size_t, std::size_t) = nullptr;
    void* (*aligned_alloc)(std::size_t, std::size_t) = nullptr;
};

real_functions real;
bool is_resolving = false;

// dlsym may allocate itself before the real functions are known.
alignas(std::max_align_t) char early[64 * 1024];
std::size_t early_size = 0;

void* take_early(std::size_t size)
{
    void* block = early + early_size;
    early_size += (size + 15) / 16 * 16;
    if (early_size > sizeof early)
        std::abort();
    return block;
}

bool is_early(const void* block) { return block >= early && block < early + sizeof early; }

template <class Function>
void look_up(Function& function, const char* name)
{
    function = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool is_resolved()
{
    if (real.free != nullptr)
        return true;
    if (is_resolving)
        return false;
    is_resolving = true;
    look_up(real.malloc, "malloc");
    look_up(real.calloc, "calloc");
    look_up(real.realloc, "realloc");
    look_up(real.posix_memalign, "posix_memalign");
    look_up(real.aligned_alloc, "aligned_alloc");
    look_up(real.free, "free");
    return true;
}

void log_fault()
{
    if (const char* path = std::getenv("ALLOCATION_FAULT_LOG")) {
        const auto fd = ::syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        (void)::syscall(SYS_write, fd, "fault\n", 6);
        (void)::syscall(SYS_close, fd);
    }
}

bool fails()
{
    if (!is_counting || failing_one == 0)
        return false;
    const auto number = ++allocations;
    if (number == failing_one)
        log_fault();
    if (number != failing_one && !(all_later_fail && number > failing_one))
        return false;
    errno = ENOMEM;
    return true;
}

int counted_main(int argc, char** argv, char** environment)
{
    const char* at = std::getenv("ALLOCATION_FAULT_AT");
    failing_one = at != nullptr ? std::strtoul(at, nullptr, 10) : 0;
    all_later_fail = std::getenv("ALLOCATION_FAULT_LAST") != nullptr;
    is_counting = true;
    const int result = program_main(argc, argv, environment);
    is_counting = false;
    return result;
}

void* allocated(std::size_t size, std::size_t alignment = alignof(std::max_align_t))
{
    void* block = alignment <= alignof(std::max_align_t) ? std::malloc(size) : std::aligned_alloc(alignment, size);
    return block != nullptr ? block : throw std::bad_alloc{};
}

}  // namespace

// A sanitizer's own would not ask malloc.
void* operator new(std::size_t size) { return allocated(size); }
void* operator new[](std::size_t size) { return allocated(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void* operator new(std::size_t size, std::align_val_t to) { return allocated(size, static_cast<std::size_t>(to)); }
void* operator new[](std::size_t size, std::align_val_t to) { return allocated(size, static_cast<std::size_t>(to)); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }

extern "C" {

void* malloc(std::size_t size)
{
    if (!is_resolved())
        return take_early(size);
    return fails() ? nullptr : real.malloc(size);
}

void* calloc(std::size_t count, std::size_t size)
{
    if (!is_resolved())
        return take_early(count * size);
    return fails() ? nullptr : real.calloc(count, size);
}

void* realloc(void* block, std::size_t size)
{
    if (!is_resolved() || is_early(block)) {
        void* moved = is_resolved() ? real.malloc(size) : take_early(size);
        if (block != nullptr && moved != nullptr)
            std::memmove(moved, block, size);
        return moved;
    }
    return fails() ? nullptr : real.realloc(block, size);
}

void free(void* block)
{
    if (!is_early(block) && is_resolved())
        real.free(block);
}

int posix_memalign(void** block, std::size_t alignment, std::size_t size)
{
    return is_resolved() && !fails() ? real.posix_memalign(block, alignment, size) : ENOMEM;
}

void* aligned_alloc(std::size_t alignment, std::size_t size)
{
    return is_resolved() && !fails() ? real.aligned_alloc(alignment, size) : nullptr;
}

int __libc_start_main(main_function program, int argc, char** argv, void (*init)(), void (*fini)(), void (*loader)(),
                      void* stack)
{
    using start_function = int(main_function, int, char**, void (*)(), void (*)(), void (*)(), void*);
    program_main = program;
    auto* start = reinterpret_cast<start_function*>(::dlsym(RTLD_NEXT, "__libc_start_main"));
    return start(counted_main, argc, argv, init, fini, loader, stack);
}

}  // extern "C"
