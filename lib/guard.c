/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Accesses to a removed device. They raise SIGBUS (BUS_ADRERR). This signal is
 * synchronous: the handler runs in the thread that made the access. So the
 * handler needs only that thread's own list of guards. It can leave with
 * siglongjmp(), because the access was in driver code and not in the middle of
 * a function of the C library or this library.
 *
 * Some machines also raise SIGBUS when the device is present but doesn't
 * answer, or answers with an error: arm64 on an external abort (BUS_OBJERR,
 * do_sea() in arch/arm64/mm/fault.c), and the kernel for memory that the
 * hardware reports as lost (BUS_MCEERR_AR, kill_proc() in mm/memory-failure.c).
 * BUS_MCEERR_AO is not caused by an access of this thread. BUS_ADRALN, an
 * unaligned access, is a bug in the program and has nothing to do with removal.
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

/* Was the signal caused by an access that this thread made to a device? */
static bool caused_by_access(int code)
{
	return code == BUS_ADRERR || code == BUS_OBJERR || code == BUS_MCEERR_AR;
}

/*
 * initial-exec puts the variable at a fixed offset from the thread pointer. The
 * default model of a shared library may allocate memory at first use, which a
 * signal handler must not do.
 */
static _Thread_local struct guard *innermost __attribute__((__tls_model__("initial-exec")));

static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint installed;	  /* written with install_lock */
static bool hooked;		  /* our handler is installed, or a later handler may call it */
static struct sigaction previous; /* the handler before ours; unchanged while hooked */

/* Do what the previous handler would have done. */
static void chain(int signal, siginfo_t *info, void *context)
{
	bool plain = !(previous.sa_flags & SA_SIGINFO);
	/*
	 * The signal was sent by kill(2) and the like, or it is about memory that this thread isn't
	 * accessing. Returning from the handler then repeats no access.
	 */
	bool sent = info->si_code <= 0 || info->si_code == BUS_MCEERR_AO;
	sigset_t block, before;

	if (plain && previous.sa_handler == SIG_IGN && sent)
		return;
	if ((plain && (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN)) ||
	    previous.sa_flags & (int)SA_RESETHAND) {
		struct sigaction standard = { .sa_handler = SIG_DFL };

		/*
		 * A fault can't be ignored: the kernel treats SIG_IGN as SIG_DFL. The repeated
		 * access then ends the process.
		 */
		sigaction(signal, &standard, NULL);
		if (plain && (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN)) {
			if (sent)
				raise(signal);
			return;
		}
	}
	/* Our handler runs with no signals blocked; the previous one may rely on its mask. */
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

	if (caused_by_access(info->si_code))
		for (struct guard *g = innermost; g; g = g->outer)
			if (uiomap_i_region_at(g->device, info->si_addr))
				siglongjmp(g->leave, info->si_code == BUS_ADRERR ? ENODEV : EIO);
	chain(signal, info, context);
	errno = error;
}

int uiomap_guard_install(void)
{
	/*
	 * SA_NODEFER and an empty mask, because siglongjmp() doesn't restore a signal mask here.
	 * SA_ONSTACK uses the thread's alternate stack, if it has one.
	 */
	struct sigaction ours = { .sa_sigaction = handle,
				  .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART };
	int result = 0;

	sigemptyset(&ours.sa_mask);
	pthread_mutex_lock(&install_lock);
	/* Read previous first: our handler needs it as soon as it is installed. */
	if (!hooked &&
	    (sigaction(SIGBUS, NULL, &previous) < 0 || sigaction(SIGBUS, &ours, NULL) < 0)) {
		result = uiomap_i_fail(errno, "can't install a SIGBUS handler: %s",
				       uiomap_i_why(errno));
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
	 * Otherwise another handler was installed after ours and may call ours. So ours stays, and
	 * passes every signal on.
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
		uiomap_i_fail(EINVAL, "uiomap_guard: no %s given (NULL)",
			      device ? "function" : "device");
		return UIOMAP_GUARD_FAILED;
	}
	if (!installed) {
		uiomap_i_fail(EINVAL, "%s: uiomap_guard() needs uiomap_guard_install() first",
			      LABEL(device->info));
		return UIOMAP_GUARD_FAILED;
	}
	guard.outer = innermost;
	guard.device = device;
	/* 0: don't save the signal mask, which would cost a system call. */
	switch (sigsetjmp(guard.leave, 0)) {
	case 0:
		break;
	case ENODEV:
		/*
		 * VFIO takes no mapping away at removal, but while the device is reset or its
		 * memory is off in the command register.
		 */
		if (device->gonefd < 0) {
			innermost = guard.outer;
			uiomap_i_fail(ENODEV,
				      "%s: an access failed: it is gone (unbound or unplugged)",
				      LABEL(device->info));
			return UIOMAP_GUARD_FAILED;
		}
		/* fall through */
	default:
		innermost = guard.outer;
		/* This may be an unplugged card; the kernel may have noticed by now. */
		if (uiomap_device_removed(device))
			uiomap_i_fail_gone(device);
		else
			uiomap_i_fail(
				EIO,
				"%s: nothing answered an access, or the hardware reports an error: is there a register at this offset, and is the device powered and clocked?",
				LABEL(device->info));
		return UIOMAP_GUARD_FAILED;
	}
	/*
	 * The signal handler runs in this thread, so signal fences are enough. innermost must be
	 * set before body's first access, and reset after its last one.
	 */
	atomic_signal_fence(memory_order_seq_cst);
	innermost = &guard;
	atomic_signal_fence(memory_order_seq_cst);
	result = body(arg);
	atomic_signal_fence(memory_order_seq_cst);
	innermost = guard.outer;
	return result;
}
