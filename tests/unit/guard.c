/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The guard. Truncating a mapped file causes the same SIGBUS (BUS_ADRERR, at the address) as a
 * mapping that the kernel has revoked.
 */
#include "fake-sysfs.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

static struct uiomap_device *device, *other;
static struct uiomap_region *region, *other_region;

static void begin(void)
{
	tree_begin();
	for (unsigned int i = 1; i <= 2; i++)
		tree_device(i, &(struct tree_device){
				       .name = i == 1 ? "one" : "two",
				       .map_count = 2,
				       .driver = "uio_stub",
				       .stub_irq = "none",
				       .stub_maps = "0 uncached\n1 dma-coherent\n",
				       .maps = { { "r", 0x1000, 0x1000, 0, false },
						 { "dma", 0x2000, 0x1000, 0, false } } });
	device = uiomap_open("one", 0);
	other = uiomap_open("two", 0);
	assert_ok(device && other);
	region = uiomap_map(device, 0, 0);
	other_region = uiomap_map(other, 0, 0);
	assert_ok(region && other_region);
}

static void end(void)
{
	uiomap_close(device);
	uiomap_close(other);
	tree_end();
}

TestSuite(guard, .init = begin, .fini = end);

static void cut_off(unsigned int number)
{
	cr_assert_eq(truncate(core_map_file(number, 0), 0), 0);
}

static int read_region(void *arg)
{
	return (int)uiomap_read32(uiomap_region_base(arg), 0x10);
}

static int write_region(void *arg)
{
	uiomap_write32(uiomap_region_base(arg), 0xffc, 1);
	return 0;
}

static void caught(struct uiomap_device *dev, int (*body)(void *), void *arg)
{
	errno = 0;
	cr_assert_eq(uiomap_guard(dev, body, arg), UIOMAP_GUARD_FAILED);
	assert_errno(ENODEV);
}

Test(guard, passes_the_result_through)
{
	cr_assert_eq(uiomap_guard_install(), 0);
	uiomap_write32(uiomap_region_base(region), 0x10, 4711);
	cr_assert_eq(uiomap_guard(device, read_region, region), 4711);
	/* also body's own error values */
	for (int32_t own = -1; own > -6; own--) {
		uiomap_write32(uiomap_region_base(region), 0x10, (uint32_t)own);
		cr_assert_eq(uiomap_guard(device, read_region, region), own);
	}
	uiomap_guard_remove();
}

Test(guard, catches)
{
	cr_assert_eq(uiomap_guard_install(), 0);
	cut_off(1);
	for (int i = 0; i < 100; i++) {
		caught(device, read_region, region);
		caught(device, write_region, region);
	}
	assert_text("uio1 \"one\"");
	/* the other device still works */
	cr_assert_eq(uiomap_guard(other, read_region, other_region), 0);
	uiomap_guard_remove();
}

static int touch_dma(void *arg)
{
	*(volatile char *)uiomap_dma_cpu(arg) = 1;
	return 0;
}

Test(guard, dma_memory)
{
	struct uiomap_dma *dma = uiomap_dma_alloc(device, 64, 0);

	assert_ok(dma);
	cr_assert_eq(uiomap_guard_install(), 0);
	cr_assert_eq(uiomap_guard(device, touch_dma, dma), 0);
	cr_assert_eq(truncate(core_map_file(1, 1), 0), 0);
	caught(device, touch_dma, dma);
	uiomap_guard_remove();
}

Test(guard, signal_mask_is_as_before)
{
	sigset_t before, after;

	cr_assert_eq(uiomap_guard_install(), 0);
	cut_off(1);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	caught(device, read_region, region);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	for (int i = 1; i < NSIG; i++)
		cr_assert_eq(sigismember(&before, i), sigismember(&after, i), "signal %d", i);
	cr_assert_eq(sigismember(&after, SIGBUS), 0);
	uiomap_guard_remove();
}

/* ---- nested ---- */

static int inner_is_other(void *arg)
{
	/* the guard of device two is innermost, the access is to device one */
	(void)arg;
	(void)uiomap_guard(other, read_region, region);
	return 1;
}

static int inner_is_same(void *arg)
{
	(void)arg;
	caught(device, read_region, region);
	return 42;
}

Test(guard, nested)
{
	cr_assert_eq(uiomap_guard_install(), 0);
	cut_off(1);
	caught(device, inner_is_other, NULL);
	assert_text("\"one\"");
	cr_assert_eq(uiomap_guard(device, inner_is_same, NULL), 42);
	/* no guard is left active */
	cr_assert_eq(uiomap_guard(other, read_region, other_region), 0);
	caught(device, read_region, region);
	uiomap_guard_remove();
}

static int map_inside(void *arg)
{
	struct uiomap_region *inside = uiomap_map(device, 0, 0);

	(void)arg;
	if (!inside)
		return 1;
	cut_off(1);
	return read_region(inside);
}

Test(guard, region_that_was_mapped_inside)
{
	cr_assert_eq(uiomap_guard_install(), 0);
	caught(device, map_inside, NULL);
	uiomap_guard_remove();
}

static int bus_code;

/*
 * Send SIGBUS as the kernel or sigqueue(3) would, with an address in the region, without
 * revoking a page. Valgrind would drop the signal itself.
 */
static int signal_with_code(void *arg)
{
	siginfo_t info = { .si_signo = SIGBUS };
	struct sigaction handler;

	info.si_addr = (void *)(uintptr_t)uiomap_region_base(arg);
	info.si_code = bus_code;
	cr_assert_eq(sigaction(SIGBUS, NULL, &handler), 0);
	handler.sa_sigaction(SIGBUS, &info, NULL);
	return 0;
}

/*
 * No device answers (arm64: external abort), or a memory error: caught, but reported as a
 * removal only if it is one.
 */
Test(guard, hardware_that_reports_an_error)
{
	static const int codes[] = { BUS_OBJERR, BUS_MCEERR_AR };

	cr_assert_eq(uiomap_guard_install(), 0);
	for (int i = 0; i < 2; i++) {
		bus_code = codes[i];
		errno = 0;
		cr_assert_eq(uiomap_guard(device, signal_with_code, region), UIOMAP_GUARD_FAILED);
		assert_errno(EIO);
		assert_text("uio1 \"one\": nothing answered");
	}
	tree_remove(1);
	caught(device, signal_with_code, region);
	assert_text("is gone");
	uiomap_guard_remove();
}

static void *guarded_thread(void *arg)
{
	for (int i = 0; i < 2000; i++)
		if (uiomap_guard(arg, read_region, arg == device ? region : other_region) !=
		    (arg == device ? UIOMAP_GUARD_FAILED : 0))
			return (void *)1;
	return NULL;
}

Test(guard, each_thread_has_its_own)
{
	pthread_t threads[4];
	void *result;

	cr_assert_eq(uiomap_guard_install(), 0);
	cut_off(1);
	for (int i = 0; i < 4; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, guarded_thread,
					    i % 2 ? device : other),
			     0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &result);
		cr_assert_null(result);
	}
	uiomap_guard_remove();
}

/* ---- other SIGBUS signals ---- */

/* Returns the wait status of a child that runs body. */
static int in_child(void (*body)(void))
{
	int status;
	pid_t child = fork();

	if (!child) {
		signal(SIGBUS, SIG_DFL); /* remove a sanitizer's handler */
		alarm(20);		 /* end a child whose access repeats forever */
		body();
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	return status;
}

static void unguarded_access(void)
{
	uiomap_guard_install();
	cut_off(1);
	(void)read_region(region);
}

static void access_elsewhere(void)
{
	uiomap_guard_install();
	cut_off(1);
	/* device two is guarded, the access is to device one */
	(void)uiomap_guard(other, read_region, region);
}

static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

static volatile bool on_its_stack;
static char own_stack[1 << 16];

static void look_where(int signal)
{
	/* The frame's address, not a variable's: AddressSanitizer moves variables elsewhere. */
	const char *here = __builtin_frame_address(0);

	(void)signal;
	on_its_stack = here >= own_stack && here < own_stack + sizeof(own_stack);
	errno = 77;
}

/*
 * A handler with SA_ONSTACK runs on its stack, even if the guard's handler runs first. errno is
 * preserved for the interrupted code.
 */
Test(guard, former_handler_on_its_stack)
{
	struct sigaction theirs = { .sa_handler = look_where, .sa_flags = SA_ONSTACK };

	cr_assert_eq(sigaltstack(&(stack_t){ .ss_sp = own_stack, .ss_size = sizeof(own_stack) },
				 NULL),
		     0);
	cr_assert_eq(sigaction(SIGBUS, &theirs, NULL), 0);
	cr_assert_eq(uiomap_guard_install(), 0);
	errno = 5;
	raise(SIGBUS);
	cr_assert_eq(errno, 5);
	cr_assert(on_its_stack);
	uiomap_guard_remove();
	sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
}

/* Run the handler on its own stack, so that it doesn't overwrite what a guard may have left. */
static void access_after_a_guard(void)
{
	static char stack[1 << 16];
	static volatile int returned;

	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	uiomap_guard_install();
	cut_off(1);
	(void)uiomap_guard(device, nothing, NULL);
	if (returned++)
		_exit(3); /* jumped back into a guard that had ended */
	(void)read_region(region);
}

/* A guard that an access has ended is inactive, too. */
static void access_after_a_catch(void)
{
	static char stack[1 << 16];
	static volatile int returned;

	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	uiomap_guard_install();
	cut_off(1);
	(void)uiomap_guard(device, read_region, region);
	if (returned++)
		_exit(3);
	(void)read_region(region);
}

static pthread_barrier_t barrier;

static int stay_inside(void *arg)
{
	(void)arg;
	pthread_barrier_wait(&barrier);
	while (true)
		pause();
	return 0;
}

static void *guarded_meanwhile(void *arg)
{
	(void)uiomap_guard(device, stay_inside, arg);
	_exit(4); /* another thread's access has ended this thread's guard */
}

static void access_while_another_thread_guards(void)
{
	pthread_t thread;

	uiomap_guard_install();
	cut_off(1);
	pthread_barrier_init(&barrier, NULL, 2);
	if (pthread_create(&thread, NULL, guarded_meanwhile, NULL))
		_exit(5);
	pthread_barrier_wait(&barrier);
	(void)read_region(region);
}

static void ignored_access(void)
{
	signal(SIGBUS, SIG_IGN);
	unguarded_access();
}

static void sent_signal(void)
{
	uiomap_guard_install();
	raise(SIGBUS);
}

static void guarded_with_code(int code)
{
	bus_code = code;
	uiomap_guard_install();
	if (uiomap_guard(device, signal_with_code, region) < 0)
		_exit(4);
}

static void queued_signal(void)
{
	guarded_with_code(SI_QUEUE);
}

/* A memory error that is not caused by an access (BUS_MCEERR_AO). */
static void optional_action(void)
{
	guarded_with_code(BUS_MCEERR_AO);
}

/* A fault of the program itself: the access is repeated with the default action. */
static void unaligned_access(void)
{
	struct sigaction present;

	guarded_with_code(BUS_ADRALN);
	sigaction(SIGBUS, NULL, &present);
	if (present.sa_handler != SIG_DFL)
		_exit(5);
}

Test(guard, catches_no_mistake_of_the_program)
{
	cr_assert_eq(in_child(unaligned_access), 0);
}

Test(guard, default_action_without_a_guard)
{
	void (* const bodies[])(void) = { unguarded_access,	access_after_a_guard,
					  access_after_a_catch, access_while_another_thread_guards,
					  access_elsewhere,	ignored_access,
					  sent_signal,		queued_signal,
					  optional_action };

	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		int status = in_child(bodies[i]);

		cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS,
			  "body %zu: status 0x%x", i, status);
	}
}

static void ignored_signal(void)
{
	signal(SIGBUS, SIG_IGN);
	uiomap_guard_install();
	raise(SIGBUS);
	raise(SIGBUS);
}

Test(guard, ignored_when_sent)
{
	cr_assert_eq(in_child(ignored_signal), 0);
}

static volatile sig_atomic_t calls;
static siginfo_t last_info;
static sigset_t mask_inside;
static sigjmp_buf leave;

static void former(int number, siginfo_t *info, void *context)
{
	(void)number;
	calls++;
	last_info = *info;
	pthread_sigmask(SIG_SETMASK, NULL, &mask_inside);
	if (!context)
		_exit(9);
	if (info->si_code > 0)
		siglongjmp(leave, 1);
}

static void former_plain(int number)
{
	calls += number == SIGBUS;
	pthread_sigmask(SIG_SETMASK, NULL, &mask_inside);
}

Test(guard, former_handler_is_called)
{
	struct sigaction action = { .sa_sigaction = former, .sa_flags = SA_SIGINFO };
	sigset_t after;

	sigaddset(&action.sa_mask, SIGUSR1);
	sigaction(SIGBUS, &action, NULL);
	cr_assert_eq(uiomap_guard_install(), 0);
	cut_off(1);
	if (!sigsetjmp(leave, 1))
		(void)read_region(region);
	cr_assert_eq(calls, 1);
	cr_assert_eq(last_info.si_addr, (char *)uiomap_region_base(region) + 0x10);
	cr_assert_eq(last_info.si_code, BUS_ADRERR);
	/* with the mask of its sigaction, and only while it runs */
	cr_assert(sigismember(&mask_inside, SIGUSR1) && sigismember(&mask_inside, SIGBUS));
	raise(SIGBUS);
	cr_assert_eq(calls, 2);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	cr_assert(!sigismember(&after, SIGUSR1) && !sigismember(&after, SIGBUS));
	/* faults in a guard are still caught */
	caught(device, read_region, region);
	cr_assert_eq(calls, 2);
	uiomap_guard_remove();
}

Test(guard, former_handler_without_siginfo)
{
	struct sigaction action = { .sa_handler = former_plain, .sa_flags = SA_NODEFER }, present;

	sigaction(SIGBUS, &action, NULL);
	cr_assert_eq(uiomap_guard_install(), 0);
	raise(SIGBUS);
	cr_assert_eq(calls, 1);
	cr_assert_not(sigismember(&mask_inside, SIGBUS));
	uiomap_guard_remove();
	sigaction(SIGBUS, NULL, &present);
	cr_assert_eq(present.sa_handler, former_plain);
	raise(SIGBUS);
	cr_assert_eq(calls, 2);
}

static void former_prints(int number)
{
	(void)number;
	calls++;
}

/* As crash reporters do: reset to the default and return. Must not loop forever. */
static void reset_hand(void)
{
	struct sigaction action = { .sa_handler = former_prints, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGBUS, &action, NULL);
	unguarded_access();
}

Test(guard, former_handler_that_resets)
{
	int status = in_child(reset_hand);

	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS, "status 0x%x", status);
}

/* A signal that was sent by a process is not a device's, even inside a guard. */
static int raise_inside(void *arg)
{
	(void)arg;
	raise(SIGBUS);
	return 5;
}

Test(guard, sent_signal_inside)
{
	struct sigaction action = { .sa_handler = former_plain };

	sigaction(SIGBUS, &action, NULL);
	cr_assert_eq(uiomap_guard_install(), 0);
	cr_assert_eq(uiomap_guard(device, raise_inside, NULL), 5);
	cr_assert_eq(calls, 1);
	uiomap_guard_remove();
}

/* ---- install and remove ---- */

Test(guard, needs_the_handler)
{
	errno = 0;
	cr_assert_eq(uiomap_guard(device, read_region, region), UIOMAP_GUARD_FAILED);
	assert_errno(EINVAL);
	assert_text("uiomap_guard_install()");
	cr_assert_eq(uiomap_guard_install(), 0);
	errno = 0;
	cr_assert_eq(uiomap_guard(NULL, read_region, region), UIOMAP_GUARD_FAILED);
	assert_errno(EINVAL);
	errno = 0;
	cr_assert_eq(uiomap_guard(device, NULL, region), UIOMAP_GUARD_FAILED);
	assert_errno(EINVAL);
	uiomap_guard_remove();
}

Test(guard, install_is_counted)
{
	struct sigaction before, present;

	sigaction(SIGBUS, NULL, &before);
	cr_assert_eq(uiomap_guard_install(), 0);
	cr_assert_eq(uiomap_guard_install(), 0);
	uiomap_guard_remove();
	cr_assert_eq(uiomap_guard(device, read_region, region), 0);
	cut_off(1);
	caught(device, read_region, region);
	errno = 77;
	uiomap_guard_remove();
	cr_assert_eq(errno, 77);
	sigaction(SIGBUS, NULL, &present);
	cr_assert_eq(present.sa_handler, before.sa_handler);
	/* an extra remove does nothing */
	uiomap_guard_remove();
	errno = 0;
	cr_assert_eq(uiomap_guard(device, read_region, region), UIOMAP_GUARD_FAILED);
	assert_errno(EINVAL);
	/* install again */
	cr_assert_eq(uiomap_guard_install(), 0);
	caught(device, read_region, region);
	uiomap_guard_remove();
}

static struct sigaction ours;

static void later(int number, siginfo_t *info, void *context)
{
	calls++;
	ours.sa_sigaction(number, info, context);
}

/*
 * A handler that is installed later chains to the guard's: removing or installing the guard
 * again must not break that.
 */
Test(guard, others_after_us)
{
	struct sigaction action = { .sa_sigaction = later, .sa_flags = SA_SIGINFO | SA_NODEFER },
			 present;

	cr_assert_eq(uiomap_guard_install(), 0);
	sigaction(SIGBUS, &action, &ours);
	cut_off(1);
	caught(device, read_region, region);
	cr_assert_eq(calls, 1);
	uiomap_guard_remove();
	sigaction(SIGBUS, NULL, &present);
	cr_assert_eq(present.sa_sigaction, later);
	cr_assert_eq(uiomap_guard_install(), 0);
	caught(device, read_region, region);
	cr_assert_eq(calls, 2);
	sigaction(SIGBUS, &ours, NULL);
	uiomap_guard_remove();
	sigaction(SIGBUS, NULL, &present);
	cr_assert_neq(present.sa_sigaction, ours.sa_sigaction);
}
