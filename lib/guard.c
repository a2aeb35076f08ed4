/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Accesses to a device that is gone. The kernel answers them with SIGBUS
 * (BUS_ADRERR), which is synchronous: the handler runs in the thread that made
 * the access, right there. So the thread's own list of guards is all that it
 * looks at, and it can leave by siglongjmp(): the access can't have been in the
 * midst of anything of the C library's or ours.
 *
 * Where the device is there but nothing answers, or what it answered with is
 * broken, some machines tell so: arm64 of an external abort (BUS_OBJERR,
 * do_sea() in arch/arm64/mm/fault.c), and the kernel of memory that the
 * hardware reports as lost (BUS_MCEERR_AR, kill_proc() in mm/memory-failure.c;
 * BUS_MCEERR_AO is not about an access that is being made). BUS_ADRALN, an
 * access that isn't aligned, is a mistake in the program, and nobody's removal.
 */
#include "internal.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

struct guard {
	struct guard *outer;
	struct uiomap_device *device;
	sigjmp_buf leave;
};

/* Is this the answer to an access that the thread is making? */
static bool is_answer(int code)
{
	return code == BUS_ADRERR || code == BUS_OBJERR || code == BUS_MCEERR_AR;
}

/*
 * initial-exec: a fixed place relative to the thread pointer. The default
 * model of a shared library may allocate at first use, which a signal handler
 * must not.
 */
static _Thread_local struct guard *innermost __attribute__((__tls_model__("initial-exec")));

static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint installed;	  /* written with install_lock */
static bool hooked;		  /* our handler is in place, or others call it */
static struct sigaction previous; /* what was there before; unchanged while hooked */

/* What the former handler would have done. */
static void chain(int signal, siginfo_t *info, void *context)
{
	bool plain = !(previous.sa_flags & SA_SIGINFO);
	/*
	 * By kill(2) and the like, or about memory that nobody is just reading: no access that
	 * would be repeated.
	 */
	bool sent = info->si_code <= 0 || info->si_code == BUS_MCEERR_AO;
	sigset_t block, before;

	if (plain && previous.sa_handler == SIG_IGN && sent)
		return;
	if ((plain && (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN)) ||
	    previous.sa_flags & (int)SA_RESETHAND) {
		struct sigaction standard = { .sa_handler = SIG_DFL };

		/*
		 * The kernel lets nobody ignore a failed access: then, as by default, the repeated
		 * access ends the process.
		 */
		sigaction(signal, &standard, NULL);
		if (plain && (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN)) {
			if (sent)
				raise(signal);
			return;
		}
	}
	/* Our own handler runs with nothing blocked; the former one may count on its mask. */
	block = previous.sa_mask;
	if (!(previous.sa_flags & SA_NODEFER))
		sigaddset(&block, signal);
	pthread_sigmask(SIG_BLOCK, &block, &before);
	if (plain)
		previous.sa_handler(signal);
	else
		previous.sa_sigaction(signal, info, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void handle(int signal, siginfo_t *info, void *context)
{
	int error = errno;

	if (is_answer(info->si_code))
		for (struct guard *g = innermost; g; g = g->outer)
			if (uiomap_i_region_at(g->device, info->si_addr))
				siglongjmp(g->leave, info->si_code == BUS_ADRERR ? ENODEV : EIO);
	chain(signal, info, context);
	errno = error;
}

int uiomap_guard_install(void)
{
	/*
	 * SA_NODEFER and no mask: leaving by siglongjmp() has no mask to restore. SA_ONSTACK: if
	 * the thread has one, use it.
	 */
	struct sigaction ours = { .sa_sigaction = handle,
				  .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART };
	int result = 0;

	sigemptyset(&ours.sa_mask);
	pthread_mutex_lock(&install_lock);
	/* previous before ours: the handler may be needed at once. */
	if (!hooked &&
	    (sigaction(SIGBUS, NULL, &previous) < 0 || sigaction(SIGBUS, &ours, NULL) < 0)) {
		result = fail(errno, "can't install a SIGBUS handler: %s", why(errno));
	} else {
		hooked = true;
		installed++;
	}
	pthread_mutex_unlock(&install_lock);
	return result;
}

void uiomap_guard_remove(void)
{
	struct sigaction present;
	int error = errno;

	pthread_mutex_lock(&install_lock);
	if (installed && !--installed && sigaction(SIGBUS, NULL, &present) == 0 &&
	    present.sa_flags & SA_SIGINFO && present.sa_sigaction == handle) {
		sigaction(SIGBUS, &previous, NULL);
		hooked = false;
	}
	/*
	 * Else somebody has installed theirs after ours and may call ours: it stays, and passes
	 * everything on.
	 */
	pthread_mutex_unlock(&install_lock);
	errno = error;
}

bool uiomap_i_guard_installed(void)
{
	return installed;
}

int uiomap_guard(struct uiomap_device *device, int (*body)(void *arg), void *arg)
{
	struct guard guard;
	int result;

	if (!device || !body) {
		fail(EINVAL, "uiomap_guard: no %s given (NULL)", device ? "function" : "device");
		return UIOMAP_GUARD_FAILED;
	}
	if (!installed) {
		fail(EINVAL, "%s: uiomap_guard() needs uiomap_guard_install() first",
		     LABEL(device->info));
		return UIOMAP_GUARD_FAILED;
	}
	guard.outer = innermost;
	guard.device = device;
	/* 0: the signal mask isn't saved, which would be a system call. */
	switch (sigsetjmp(guard.leave, 0)) {
	case 0:
		break;
	case ENODEV:
		innermost = guard.outer;
		fail(ENODEV, "%s: an access failed: it is gone (unbound or unplugged)",
		     LABEL(device->info));
		return UIOMAP_GUARD_FAILED;
	default:
		innermost = guard.outer;
		/* A card that was pulled answers nothing either, and the kernel may know by now. */
		if (uiomap_device_removed(device))
			uiomap_i_fail_gone(device);
		else
			fail(EIO,
			     "%s: nothing answered an access, or the hardware reports an error: is there a register at this offset, and is the device powered and clocked?",
			     LABEL(device->info));
		return UIOMAP_GUARD_FAILED;
	}
	/*
	 * What the handler reads must be written before body begins, and undone after it has ended.
	 */
	atomic_signal_fence(memory_order_seq_cst);
	innermost = &guard;
	atomic_signal_fence(memory_order_seq_cst);
	result = body(arg);
	atomic_signal_fence(memory_order_seq_cst);
	innermost = guard.outer;
	return result;
}
