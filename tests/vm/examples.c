/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The programs in examples/, and the steps of docs/first-driver.md. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "sim-fixture.h"
#include "qmp.h"
#include "pci.h"

static struct command start_example(const char *name, const char *first, const char *second)
{
	char folder[600], path[700];

	command_in_build(folder, sizeof(folder), "examples");
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return command_spawn(path, first, second);
}

/* Run a command; returns its exit status, and its output in `output`. */
static char output[4096];
static int finish(struct command c)
{
	size_t used = fread(output, 1, sizeof(output) - 1, c.output);
	int status;

	output[used] = '\0';
	status = command_finish(&c);
	cr_assert(WIFEXITED(status), "%s", output);
	return WEXITSTATUS(status);
}

static int run(const char *name, const char *argument)
{
	return finish(start_example(name, argument, NULL));
}

/* Wait until it has printed a line that begins with `name` and contains `text`. */
static void until(struct command *c, const char *name, const char *text)
{
	char line[512];

	do
		cr_assert(fgets(line, sizeof(line), c->output), "no line \"%s%s\"", name, text);
	while (strncmp(line, name, strlen(name)) || !strstr(line, text));
}

static struct uiosim *plug_counter(const char *name)
{
	return plug(name, "counter", NULL, NULL, "uio_stub");
}

Test(examples, reg)
{
	struct uiosim *d = plug_counter("register-");

	cr_assert_eq(run("register", uiosim_name(d)), 0, "%s", output);
	cr_assert_str_eq(output, "magic 0x594d4455\nscratch 0x00001234\n");
	uiosim_free(d);
	cr_assert_eq(run("register", "no-such-device"), 1);
	cr_assert(strstr(output, "register: ") && strstr(output, "no-such-device"), "%s", output);
}

Test(examples, interrupt)
{
	static const char * const drivers[] = { "uio_stub", "uio_pdrv_genirq" };

	for (int i = 0; i < 2; i++) {
		struct uiosim *d = plug("interrupt-", "counter", NULL, NULL, drivers[i]);
		int interrupts = 0;

		cr_assert_eq(run("interrupt", uiosim_name(d)), 0, "%s", output);
		cr_assert(strstr(output, "magic 0x594d4455\n"), "%s", output);
		for (const char *line = output; (line = strstr(line, "interrupt, ")); line++)
			interrupts++;
		cr_assert_eq(interrupts, 5, "%s", output);
		uiosim_free(d);
	}
}

/* Each device is served, also after another was removed; removal of the last one ends the loop. */
Test(examples, epoll)
{
	struct uiosim *first = plug_counter("first-"), *second = plug_counter("second-");
	struct command c = start_example("epoll", uiosim_name(first), uiosim_name(second));

	for (int i = 0; i < 2; i++) {
		until(&c, uiosim_name(first), " events\n");
		until(&c, uiosim_name(second), " events\n");
	}
	OK(uiosim_unplug(first));
	until(&c, "epoll: ", uiosim_name(first));
	until(&c, uiosim_name(second), " events\n");
	OK(uiosim_unplug(second));
	until(&c, "epoll: ", uiosim_name(second));
	cr_assert_eq(command_finish(&c), 0);
	uiosim_free(first);
	uiosim_free(second);
}

Test(examples, hotplug)
{
	struct uiosim *d = uiosim_new("hotplug-");
	struct command c;

	cr_assert(d, "%s", uiosim_error());
	OK(uiosim_set(d, "model", "counter"));
	c = start_example("hotplug", uiosim_name(d), NULL);
	for (int i = 0; i < 2; i++) {
		OK(uiosim_go_live(d));
		OK(uiosim_bind(d, "uio_stub"));
		until(&c, uiosim_name(d), " is here\n");
		until(&c, "", "2 events\n");
		OK(uiosim_unplug(d));
		until(&c, uiosim_name(d), " is gone\n");
	}
	kill(c.pid, SIGTERM);
	cr_assert_eq(command_finish(&c), SIGTERM);
	uiosim_free(d);
}

Test(examples, dma)
{
	char card[PCI_ADDRESS];

	cr_assert(pci_find(PCI_EDU, 0, card));
	pci_bind(card, "uio_stub", NULL);
	cr_assert_eq(run("dma", NULL), 1);
	cr_assert(strstr(output, "dma="), "it does not say how to get DMA memory: %s", output);
	pci_bind(card, "uio_stub", "dma=64K,dma_bits=28");
	cr_assert_eq(run("dma", NULL), 0, "%s", output);
	cr_assert_str_eq(output, "through the card and back\n");
	pci_unbind(card);
}

Test(examples, ports)
{
	struct monitor *m = qmp_open();
	char card[PCI_ADDRESS];

	qmp_plug(m, "rtl8139", "realtek", "port0",
		 ", \"mac\": \"52:54:00:12:34:56\", \"romfile\": \"\"");
	pci_plugged(PCI_PORT0, card);
	pci_bind(card, "uio_stub", NULL);
	cr_assert_eq(run("ports", NULL), 0, "%s", output);
	cr_assert_str_eq(output, "MAC address 52:54:00:12:34:56\n");
	qmp_unplug(m, "realtek");
	qmp_unplugged(m, "realtek");
	qmp_close(m);
}

Test(examples, first_driver)
{
	char build[512];

	command_in_build(build, sizeof(build), "");
	cr_assert_eq(finish(command_spawn(SOURCE "/examples/first-driver", build, NULL)), 0, "%s",
		     output);
	cr_assert(strstr(output, ": driver uio_stub, /dev/uio0\n"), "%s", output);
	cr_assert(strstr(output, "interrupt, 1 since the last wait\n"), "%s", output);
	cr_assert(strstr(output, "no interrupt in 1 s; is it enabled in the device"), "%s", output);
	cr_assert(strstr(output, "as expected\n"), "%s", output);
	cr_assert(strstr(output, "counter is gone\n"), "%s", output);
}
