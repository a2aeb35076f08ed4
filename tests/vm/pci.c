/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
#include "pci.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEVICES "/sys/bus/pci/devices"

static void path_of(char path[256], const char *address, const char *file)
{
	snprintf(path, 256, DEVICES "/%s/%s", address, file);
}

/* Returns 0 or the errno. */
static int write_text(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

/* Read a file that contains one number. Returns -1 if the device was removed. */
static long number_in(const char *address, const char *file)
{
	char path[256], text[32];
	long number = -1;
	FILE *f;

	path_of(path, address, file);
	f = fopen(path, "re");
	if (!f)
		return -1;
	if (fgets(text, sizeof(text), f))
		number = strtol(text, NULL, 0);
	fclose(f);
	return number;
}

/*
 * Nothing reports that a device is complete in sysfs, or completely removed: uevents come earlier.
 * So the callers of this function poll.
 */
static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

bool pci_find(uint16_t vendor, uint16_t device, unsigned int index, char address[PCI_ADDRESS])
{
	struct dirent **entries;
	bool found = false;
	const int n = scandir(DEVICES, &entries, no_dots, alphasort);

	cr_assert_geq(n, 0, DEVICES ": %s", strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (!found && number_in(name, "vendor") == vendor &&
		    number_in(name, "device") == device && !index--) {
			snprintf(address, PCI_ADDRESS, "%.*s", PCI_ADDRESS - 1, name);
			found = true;
		}
		free(entries[i]);
	}
	free(entries);
	return found;
}

bool pci_present(const char *address)
{
	char path[256];

	path_of(path, address, "");
	return access(path, F_OK) == 0;
}

void pci_expect_driver(const char *address, const char *state)
{
	char command[512], text[256] = "";
	FILE *f;

	snprintf(command, sizeof(command),
		 "cd " DEVICES
		 "/%s && echo $(basename $(readlink driver || echo -)) $(cat driver_override)",
		 address);
	f = popen(command, "re");
	cr_assert(f && fgets(text, sizeof(text), f));
	pclose(f);
	text[strcspn(text, "\n")] = '\0';
	cr_assert_str_eq(text, state, "%s: %s, not %s", address, text, state);
}

int pci_uio_number(const char *address)
{
	char path[256];
	struct dirent *entry;
	int number = -1;
	DIR *dir;

	path_of(path, address, "uio");
	dir = opendir(path);
	if (!dir)
		return -1;
	while (number < 0 && (entry = readdir(dir)))
		if (sscanf(entry->d_name, "uio%d", &number) != 1)
			number = -1;
	closedir(dir);
	return number;
}

/* Whether the driver has registered what a program uses. */
static bool is_bound(const char *address, const char *driver)
{
	char path[256];

	path_of(path, address, "vfio-dev");
	return strcmp(driver, "vfio-pci") ? pci_uio_number(address) >= 0 : access(path, F_OK) == 0;
}

static void driver_unbind(const char *address)
{
	char path[256];
	int error;

	path_of(path, address, "driver/unbind");
	error = write_text(path, address);
	cr_assert(error == 0 || error == ENOENT || error == ENODEV, "%s can't be unbound: %s",
		  address, strerror(error));
}

void pci_unbind(const char *address)
{
	char path[256];
	int error;

	driver_unbind(address);
	path_of(path, address, "driver_override");
	error = write_text(path, "\n");
	cr_assert(error == 0 || error == ENOENT || error == ENODEV, "%s: %s", path,
		  strerror(error));
}

void pci_bind(const char *address, const char *driver, const char *options)
{
	char path[256], text[128];
	int error;

	pci_unbind(address);
	if (strcmp(driver, "uio_stub") == 0) {
		snprintf(text, sizeof(text), "%s%s%s", address, options ? "," : "",
			 options ? options : "");
		error = write_text("/sys/module/uio_stub/parameters/options", text);
		cr_assert_eq(error, 0, "options '%s': %s", text, strerror(error));
	}
	path_of(path, address, "driver_override");
	error = write_text(path, driver);
	cr_assert_eq(error, 0, "%s: %s", path, strerror(error));
	/*
	 * ENODEV: the card is being plugged in and can't be bound yet. EBUSY: the kernel has bound
	 * it in the meantime: to this driver or, before driver_override was set, to its normal one.
	 */
	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/bind", driver);
	for (int i = 0; i < 2000; i++) {
		error = write_text(path, address);
		if (error == EBUSY && !is_bound(address, driver))
			driver_unbind(address);
		else if (error != ENODEV)
			break;
		nap();
	}
	cr_assert(error == 0 || error == EBUSY,
		  "%s can't be bound to %s: %s (the kernel log may say why)", address, driver,
		  strerror(error));
	cr_assert(is_bound(address, driver), "%s did not take %s", driver, address);
}

static int config_open(const char *address, int flags)
{
	char path[256];
	int fd;

	path_of(path, address, "config");
	fd = open(path, flags | O_CLOEXEC);
	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	return fd;
}

uint32_t pci_config_read(const char *address, unsigned int offset, unsigned int width)
{
	const int fd = config_open(address, O_RDONLY);
	uint32_t value = 0;

	cr_assert_eq(pread(fd, &value, width, offset), (ssize_t)width,
		     "%s, configuration space at 0x%x", address, offset);
	close(fd);
	return le32toh(value);
}

void pci_config_write(const char *address, unsigned int offset, unsigned int width, uint32_t value)
{
	const int fd = config_open(address, O_WRONLY);

	value = htole32(value);
	cr_assert_eq(pwrite(fd, &value, width, offset), (ssize_t)width,
		     "%s, configuration space at 0x%x", address, offset);
	close(fd);
}

unsigned int pci_capability(const char *address, uint8_t id)
{
	unsigned int at = pci_config_read(address, PCI_CAPABILITY_LIST, 1);

	while (at && pci_config_read(address, at, 1) != id)
		at = pci_config_read(address, at + 1, 1);
	return at;
}

bool pci_is_ram(uint64_t address)
{
	FILE *f = fopen("/proc/iomem", "re");
	uint64_t begin, end;
	char line[256];
	bool found = false;

	cr_assert(f);
	while (fgets(line, sizeof(line), f))
		found |= line[0] != ' ' && strstr(line, "System RAM") &&
			 sscanf(line, "%" SCNx64 "-%" SCNx64, &begin, &end) == 2 &&
			 address >= begin && address <= end;
	fclose(f);
	return found;
}

/* Documentation/admin-guide/mm/pagemap.rst */
uint64_t pci_physical(const void *memory)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), frame = (UINT64_C(1) << 55) - 1;
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;

	(void)*(const volatile char *)memory; /* a read makes the page present */
	cr_assert_eq(pread(fd, &entry, sizeof(entry),
			   (off_t)((uintptr_t)memory / page * sizeof(entry))),
		     sizeof(entry));
	close(fd);
	cr_assert(entry >> 63, "%p is not present", memory);
	return (entry & frame) * page + (uintptr_t)memory % page;
}

void pci_hugepages(unsigned int count)
{
	static const char path[] = "/proc/sys/vm/nr_hugepages";
	unsigned int got = 0;
	char text[16];
	int error;
	FILE *f;

	snprintf(text, sizeof(text), "%u", count);
	error = write_text(path, text);
	cr_assert_eq(error, 0, "%s: %s", path, strerror(error));
	f = fopen(path, "re");
	cr_assert(f && fscanf(f, "%u", &got) == 1 && got >= count, "%u hugepages, not %u", got,
		  count);
	fclose(f);
}

static void port_address(unsigned int port, char address[PCI_ADDRESS])
{
	cr_assert(pci_find(PCI_ROOT_PORT, port, address),
		  "the VM has no port%u: scripts/lib/devices.sh", port);
}

void pci_plugged(unsigned int port, char address[PCI_ADDRESS])
{
	char above[PCI_ADDRESS], path[256];
	bool found = false;

	port_address(port, above);
	path_of(path, above, "");
	for (int i = 0; i < 10000 && !found; i++) {
		struct dirent **entries;
		const int n = scandir(path, &entries, no_dots, alphasort);

		cr_assert_geq(n, 0, "%s: %s", path, strerror(errno));
		for (int j = 0; j < n; j++) {
			unsigned int at[4];

			if (!found && sscanf(entries[j]->d_name, "%x:%x:%x.%x", &at[0], &at[1],
					     &at[2], &at[3]) == 4) {
				snprintf(address, PCI_ADDRESS, "%.*s", PCI_ADDRESS - 1,
					 entries[j]->d_name);
				found = pci_present(address);
			}
			free(entries[j]);
		}
		free(entries);
		if (!found)
			nap();
	}
	cr_assert(found, "nothing has come in port%u", port);
}

/*
 * Turn the slot's power off: for QEMU the card is then gone. The kernel must not notice that, only
 * that the card is missing. So the slot's interrupt stays off until its register is restored.
 *
 * The kernel changes the same register, too: when a new card is set up, it turns the power
 * indicator on at the end. Wait for that first.
 */
void pci_pull(void)
{
	char port[PCI_ADDRESS];
	unsigned int at;
	uint32_t control = 0;

	port_address(PCI_PORT2, port);
	at = pci_capability(port, PCI_CAP_ID_EXP) + PCI_EXP_SLTCTL;
	for (int i = 0; i < 10000 && (control & PCI_EXP_SLTCTL_PIC) != PCI_EXP_SLTCTL_PWR_IND_ON;
	     i++) {
		nap();
		control = pci_config_read(port, at, 2);
	}
	cr_assert_eq(control & PCI_EXP_SLTCTL_PIC, PCI_EXP_SLTCTL_PWR_IND_ON,
		     "there is no card in port2");
	pci_config_write(port, at, 2,
			 (control & ~PCI_EXP_SLTCTL_HPIE) | PCI_EXP_SLTCTL_PWR_OFF |
				 PCI_EXP_SLTCTL_PWR_IND_OFF);
	pci_config_write(port, at, 2, control);
}

void pci_gone(const char *address)
{
	for (int i = 0; i < 10000 && pci_present(address); i++)
		nap();
	cr_assert(!pci_present(address), "the kernel still has %s", address);
}
