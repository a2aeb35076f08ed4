/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * Under uio_pci_generic, each close of the node turns bus mastering off. A second process that only
 * reads, or whose open is refused, must not stop a driver's DMA in this way.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "uio-drivers.h"

#define SELECTOR "pci:1234:11e8"
#define BYTES	 2048

/* A driver with DMA memory. driver_end() checks that its DMA still works. */
static struct {
	struct uiomap_device *device;
	struct uiomap_dma *from, *to;
	volatile void *regs;
	char address[PCI_ADDRESS];
} driver;

static void driver_begin(unsigned int flags)
{
	pci_hugepages(4);
	driver.device = take(PCI_EDU, "uio_pci_generic", NULL, flags);
	driver.from = uiomap_dma_alloc(driver.device, BYTES, 4096);
	driver.to = uiomap_dma_alloc(driver.device, BYTES, 4096);
	cr_assert(driver.from && driver.to, "%s", uiomap_error());
	driver.regs = map(driver.device, "BAR0");
	snprintf(driver.address, sizeof(driver.address), "%s",
		 uiomap_info_device(uiomap_device_info(driver.device)));
	cr_assert(is_master(driver.address));
}

static void driver_end(void)
{
	uint32_t *from = uiomap_dma_cpu(driver.from), *to = uiomap_dma_cpu(driver.to);

	for (uint32_t i = 0; i < BYTES / 4; i++)
		from[i] = 0x5a000000 + i * 0x10001;
	edu_transfer(driver.regs, uiomap_dma_addr(driver.from), EDU_BUFFER, BYTES, 0);
	edu_transfer(driver.regs, EDU_BUFFER, uiomap_dma_addr(driver.to), BYTES, EDU_DMA_TO_RAM);
	cr_assert_eq(memcmp(from, to, BYTES), 0, "what came back is not what was sent");
	leave(driver.device);
	pci_hugepages(0);
}

static void goes_on(const char *beside)
{
	cr_assert(is_master(driver.address), "%s: the driver's DMA has stopped", beside);
}

/* Try to open the device. Runs in its own process. Returns 0 if the open was refused. */
static int refused(unsigned int flags)
{
	return uiomap_open(SELECTOR, flags) || errno != EBUSY;
}

/* The same in a new PID namespace, where the driver's process is invisible. */
static int refused_in_a_container(unsigned int flags)
{
	pid_t child;
	int status;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 2;
	child = fork();
	if (!child)
		_exit(mount("proc", "/proc", "proc", 0, NULL) < 0 ? 3 : refused(flags));
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}

static int in_a_process(int (*body)(unsigned int), unsigned int flags)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(body(flags));
	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(uio_drivers, looking_stops_nothing)
{
	static const struct {
		int status;
		const char *arguments;
	} cases[] = {
		{ 0, "read -m BAR0 %s 0" },
		{ 0, "dump -m BAR0 %s 0 16" },
		{ 0, "poll -m BAR0 %s 0 0x010000ed" },
		{ 1, "write -m BAR0 %s 4 1" },
		{ 0, "watch -n 2 -i 0.01 %s" },
		{ 0, "info %s" },
		{ 0, "list" },
		{ 0, "new /run/uio-drivers --from %s" },
		{ -1, "doctor %s" },
		{ 0, "drivers" },
	};
	struct command watcher;
	char line[256];

	driver_begin(UIOMAP_EXCLUSIVE);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int status = command_run(cases[i].arguments, SELECTOR);

		cr_assert(status == cases[i].status || cases[i].status < 0, "%s: status %d: %s",
			  cases[i].arguments, status, command_output);
		goes_on(cases[i].arguments);
	}
	watcher = command_start("watch -i 0.01 " SELECTOR);
	cr_assert(fgets(line, sizeof(line), watcher.output) && !strstr(line, "missed"), "%s", line);
	cr_assert_eq(kill(watcher.pid, SIGKILL), 0);
	command_finish(&watcher);
	goes_on("a watch that is killed");
	for (unsigned int flags = 0; flags <= UIOMAP_EXCLUSIVE; flags += UIOMAP_EXCLUSIVE) {
		cr_assert_eq(in_a_process(refused, flags), 0);
		goes_on("an open that is refused");
		cr_assert_eq(in_a_process(refused_in_a_container, flags), 0);
		goes_on("an open that is refused in a container");
	}
	driver_end();
}

/* A read-only handle doesn't open the node. It gets interrupts from the total in sysfs. */
Test(uio_drivers, a_reader_hears_interrupts)
{
	struct uiomap_device *device = take(PCI_EDU, "uio_pci_generic", NULL, UIOMAP_EXCLUSIVE);
	struct uiomap_device *reader = uiomap_open(SELECTOR, UIOMAP_RDONLY);
	volatile void *regs = map(device, "BAR0");
	uint32_t n;

	cr_assert(reader, "%s", uiomap_error());
	FAILS(uiomap_irq_wait(reader, 0, &n), ETIMEDOUT);
	FAILS(uiomap_irq_fd(reader), ENOTSUP);
	OK(uiomap_irq_enable(device));
	uiomap_write32(regs, EDU_RAISE, 1);
	OK(uiomap_irq_wait(reader, 10 * SECOND, &n));
	cr_assert_eq(n, 1);
	edu_ack(regs);
	OK(uiomap_irq_wait(device, 10 * SECOND, &n));
	cr_assert_eq(n, 1);
	uiomap_close(reader);
	leave(device);
}

/* A second process that controls the device and opens its node. Then it closes it, or is killed. */
static int controller(unsigned int die)
{
	struct uiomap_device *device = uiomap_open(SELECTOR, 0);

	if (uiomap_irq_fd(device) < 0)
		return 1;
	if (die)
		raise(SIGKILL);
	uiomap_close(device);
	return 0;
}

/*
 * After such a process has closed the device, the library turns bus mastering on again. If the
 * process is killed, the next allocation does.
 */
Test(uio_drivers, another_controllers_end)
{
	struct uiomap_device *second;

	driver_begin(0);
	cr_assert_eq(in_a_process(controller, false), 0);
	goes_on("another process that has closed it");
	second = uiomap_open(SELECTOR, 0);
	cr_assert(uiomap_irq_fd(second) >= 0, "%s", uiomap_error());
	uiomap_close(second);
	goes_on("another handle that was closed");
	cr_assert_eq(in_a_process(controller, true), -1);
	cr_assert(!is_master(driver.address));
	uiomap_dma_free(uiomap_dma_alloc(driver.device, 1, 0));
	goes_on("an allocation");
	driver_end();
	cr_assert(!is_master(driver.address));
}

/* Run drivers/nvme's demo and meanwhile each command that reads, until each has run twice. */
Test(uio_drivers, nvme_demo_beside_who_looks)
{
	static const char * const looks[] = { "watch -n 2 -i 0.01 %s", "read -m BAR0 %s 0x1c",
					      "dump -m BAR0 %s 0 64", "info %s" };
	char address[PCI_ADDRESS], selector[32], library[600], program[600], line[1400];
	unsigned int looked = 0;

	cr_assert(pci_find(PCI_NVME, 0, address));
	pci_hugepages(8);
	pci_bind(address, "uio_pci_generic", NULL);
	snprintf(selector, sizeof(selector), "pci:%s", address);
	command_in_build(library, sizeof(library), "lib/.libs");
	command_in_build(program, sizeof(program), "drivers/nvme/.libs/nvme-demo");
	snprintf(line, sizeof(line),
		 "exec 2>&1; LD_LIBRARY_PATH=%s exec %s --overwrite --size 8 %s", library, program,
		 selector);
	while (looked < 8) {
		FILE *demo = popen(line, "r");
		struct pollfd end;
		char said[4096] = "";
		size_t used = 0;

		cr_assert(demo);
		end = (struct pollfd){ .fd = fileno(demo), .events = POLLIN };
		/* The demo prints its results at the end. Until then, run the commands. */
		while (used < sizeof(said) - 1) {
			if (poll(&end, 1, 0) == 1) {
				ssize_t length = read(end.fd, said + used, sizeof(said) - 1 - used);

				if (length <= 0)
					break;
				used += (size_t)length;
				continue;
			}
			cr_assert_eq(command_run(looks[looked++ % 4], selector), 0, "%s",
				     command_output);
		}
		cr_assert_eq(pclose(demo), 0, "%s", said);
	}
	pci_unbind(address);
	pci_hugepages(0);
}
