/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/* The command `uiomap` on simulated devices: what it prints and its exit statuses. */
#include "command.h"
#include "sim-fixture.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "uio_dummy.h"

Test(tool, tells_of_devices)
{
	struct uiosim *d = plug("tool-", "counter", "edge", NULL, "uio_stub");
	const char *name = uiosim_name(d);
	struct uiomap_device *device;
	char holder[64];

	PRINTS("list", name);
	SAYS("NODE");
	SAYS("registers 4K");
	SAYS("counted");
	SAYS(uiosim_device(d));
	PRINTS("list %s --json", "\"name\": \"registers\"");
	IS_JSON();
	SAYS("\"holders\": []");
	PRINTS("info %s", "uncached, physical address 0x");
	PRINTS("info %s", "interrupt  counted, edge\n");
	PRINTS("info --json %s", "\"interrupt\": \"counted\"");
	SAYS("\"interrupt_kind\": \"edge\"");
	IS_JSON();
	PRINTS("drivers --json", "\"module\": \"loaded\"");
	IS_JSON();
	PRINTS("doctor --json", "\"verdict\": \"ok\"");
	IS_JSON();
	PRINTS("doctor --json %s", "\"verdict\": \"ok\"");
	IS_JSON();

	device = open_dummy(d, 0);
	snprintf(holder, sizeof(holder), "(%d)", (int)getpid());
	PRINTS("list", holder);
	uiomap_close(device);

	EXITS(3, "list no-such-device");
	SAYS("no-such-device");
	/* Bytes that control a terminal are escaped. */
	EXITS(3, "list \"$(printf 'x\\033[2J')\"");
	SAYS("x\\x1b[2J");
	EXITS(3, "info no-such-device");
	EXITS(2, "info");
	EXITS(2, "frobnicate");
	SAYS("frobnicate");
	EXITS(2, "");
	EXITS(1, "list > /dev/full");
	EXITS(1, "info --json %s > /dev/full");
	PRINTS("--version", uiomap_version());
	PRINTS("--help", "monitor");
	uiosim_free(d);
}

/* Complete a line as bash does. The results must include `word`, as readline would insert it. */
static void completes(const char *line, const char *word)
{
	char script[600], command[2048], output[4096];
	size_t used;
	FILE *f;

	command_in_build(script, sizeof(script), "../../tools/uiomap.bash-completion");
	snprintf(
		command, sizeof(command),
		"bash -c '. %s; COMP_LINE=\"%s\" COMP_POINT=${#COMP_LINE}; mapfile -t COMP_WORDS < "
		"<(sed \"s/[:=]/ & /g\" <<< \"$COMP_LINE\" | tr -s \" \" \"\\n\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _uiomap; "
		"printf \"<%%s>\" \"${COMPREPLY[@]}\"'",
		script, line);
	f = popen(command, "re");
	cr_assert(f);
	used = fread(output, 1, sizeof(output) - 1, f);
	output[used] = '\0';
	pclose(f);
	cr_assert(strstr(output, word), "'%s' completes to %s, not %s", line, output, word);
}

Test(tool, completion)
{
	struct uiosim *d = plug("tool-", "counter", NULL, NULL, "uio_stub");
	char line[128], word[128];

	snprintf(word, sizeof(word), "<%s>", uiosim_name(d));
	completes("uiomap info tool-", word);
	completes("uiomap new x --from tool-", word);
	snprintf(word, sizeof(word), "<uio%d>", uiosim_uio_number(d));
	completes("uiomap watch uio", word);
	snprintf(word, sizeof(word), "<%s>", uiosim_device(d));
	completes("uiomap read platform:uio_d", word);
	completes("uiomap dump x -m reg", "<registers>");
	OK(uiosim_unbind(d));
	completes("uiomap info platform:uio_d", "<>");
	completes("uiomap bind platform:uio_d", word);
	snprintf(line, sizeof(line), "uiomap bind platform:%s driver=uio_st", uiosim_device(d));
	completes(line, "<uio_stub>");
	uiosim_free(d);
}

Test(tool, registers)
{
	struct uiosim *d = plug("tool-", "memory", NULL, "physical:16:4000:window", "uio_stub");
	const char *name = uiosim_name(d);
	uint32_t word = 0x11223344, seen;
	char label[128];

	OK(uiosim_write_map(d, 0, 64, &word, 4));
	PRINTS("read %s 64", "0x0040: 0x11223344\n");
	PRINTS("read %s 0x40 -e big", "0x0040: 0x44332211\n");
	PRINTS("read %s 0x40 4 --width 8",
	       "0x0040: 0x44\n0x0041: 0x33\n0x0042: 0x22\n0x0043: 0x11\n");
	PRINTS("read %s 0x40 -m window -j", "\"value\": \"0x11223344\"");
	IS_JSON();
	PRINTS("dump %s 0x40 4 -w 16", "00000040: 3344 1122");
	SAYS("  |D3\".|\n");
	/* dump leaves out a rest that is smaller than a register. */
	PRINTS("dump %s 0x40 6", "00000040: 11223344  ");
	SAYS("the last 2 bytes");
	SAYS("  |D3\".|\n");

	PRINTS("write %s 0x40 0xa5 -w 8", "0x0040: 0x44 -> 0xa5\n");
	OK(uiosim_read_map(d, 0, 64, &seen, 4));
	cr_assert_eq(seen, 0x112233a5, "0x%x", seen);
	PRINTS("write %s 0x40 0x50000 --mask 0xf0000", "0x0040: 0x112233a5 -> 0x112533a5\n");
	PRINTS("write %s 0x44 0x01020304 --endian big --no-readback", "");
	OK(uiosim_read_map(d, 0, 68, &seen, 4));
	cr_assert_eq(seen, 0x04030201, "0x%x", seen);

	PRINTS("poll %s 0x40 0x50000 --mask 0xf0000", "0x112533a5");
	PRINTS("poll %s 0x40 0x50000 --mask 0xf0000 --json", "0x112533a5");
	IS_JSON();
	PRINTS("write %s 0x48 7 --json", "\"0x");
	IS_JSON();
	EXITS(4, "poll %s 0x40 0 --timeout 0.05");
	SAYS("0x112533a5");
	snprintf(label, sizeof(label), "uio%d \"%s\" map 0 \"window\": ", uiosim_uio_number(d),
		 name);
	SAYS(label);

	/*
	 * The region's last byte can be read, and no byte behind it. A command that reaches beyond
	 * the end reads nothing.
	 */
	PRINTS("read %s 3999 -w 8", "0x0f9f: ");
	EXITS(2, "read %s 4000 -w 8");
	EXITS(2, "read %s 3996 2");
	cr_assert_not(strstr(command_output, "0x0f9c: "), "%s", command_output);
	SAYS(label);
	EXITS(2, "read %s 0x10 0xffffffffffffffff");
	cr_assert_not(strstr(command_output, "0x0010: "), "%s", command_output);
	EXITS(2, "read %s 3998");
	EXITS(2, "dump %s 0xfa0");
	SAYS(label);
	EXITS(2, "dump %s 0 4001");
	SAYS(label);
	EXITS(2, "read %s 0x12345678901234567");
	EXITS(2, "read %s 0 -w 12");
	EXITS(2, "read %s 0 -w 4");
	EXITS(2, "read %s 0 -w 128");
	EXITS(2, "write %s 0 0x100 -w 8");
	EXITS(2, "write %s 0 3 --mask 1");
	EXITS(2, "write %s 0 1 --mask 1 --no-readback");
	EXITS(2, "read %s 0 -m nowhere");
	SAYS("window");
	OK(uiosim_read_map(d, 0, 64, &seen, 4));
	cr_assert_eq(seen, 0x112533a5);
	uiosim_free(d);
}

/* Copy the line of the last output that has this device's name. */
static void line_of(const char *name, char line[512])
{
	const char *at = strstr(command_output, name);

	cr_assert(at, "no %s in: %s", name, command_output);
	while (at > command_output && at[-1] != '\n')
		at--;
	snprintf(line, 512, "%.*s", (int)strcspn(at, "\n"), at);
}

static unsigned int times(const char *text, const char *part)
{
	unsigned int n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

/*
 * `list` prints each process once, with the device that it has open. It doesn't print a process
 * that had an earlier device with the same number open.
 */
Test(tool, holders)
{
	struct uiosim *held = plug("tool-held-", "counter", NULL, NULL, "uio_stub"),
		      *idle = plug("tool-idle-", "counter", NULL, NULL, "uio_stub");
	struct uiomap_device *first = open_dummy(held, 0), *second = open_dummy(held, 0);
	const char *name = "";
	char line[512], pid[32];

	snprintf(pid, sizeof(pid), "(%d)", (int)getpid());
	EXITS(0, "list");
	line_of(uiosim_name(held), line);
	cr_assert_eq(times(line, pid), 1, "%s", line);
	line_of(uiosim_name(idle), line);
	cr_assert_eq(times(line, pid), 0, "%s", line);
	OK(uiosim_unplug(held));
	OK(uiosim_go_live(held));
	OK(uiosim_bind(held, "uio_stub"));
	EXITS(0, "list");
	cr_assert_eq(times(command_output, pid), 0, "%s", command_output);
	uiomap_close(first);
	uiomap_close(second);
	uiosim_free(held);
	uiosim_free(idle);
}

/*
 * A map that begins inside a page, ports, a node that can only be read, and a device that is
 * removed while it is read.
 */
Test(tool, odd_places)
{
	struct uiosim *d =
		plug("tool-", "memory", NULL, "physical:2:4000:odd,port:3:8:ctrl", "uio_stub");
	const char *name = uiosim_name(d);
	struct uiomap_info *info = uiomap_find(name);
	char text[256], path[64];
	struct command poller;
	bool mapped = false;

	cr_assert(info, "%s", uiomap_error());
	snprintf(text, sizeof(text), "\"address\": \"0x%llx\"",
		 (unsigned long long)uiomap_info_map(info, 0)->addr);
	PRINTS("info %s --json", text);
	PRINTS("info %s", ", 2 bytes into its first page\n");
	snprintf(text, sizeof(text), "ctrl: 0x%llx to 0x%llx, ",
		 (unsigned long long)uiomap_info_port(info, 0)->start,
		 (unsigned long long)uiomap_info_port(info, 0)->start + 7);
	SAYS(text);
	uiomap_info_free(info);
	/* Alignment depends on the address, not on the offset. */
	PRINTS("read %s 2", "0x0002: 0x");
	EXITS(2, "read %s 0");
	SAYS("not aligned");

	cr_assert_eq(chmod(uiosim_uio_node(d), 0444), 0);
	cr_assert_eq(command_run_as_nobody("read %s 2", name), 0, "%s", command_output);
	cr_assert_eq(command_run_as_nobody("write %s 2 0", name), 5, "%s", command_output);

	snprintf(text, sizeof(text), "poll %s 66 1 --timeout 100", name);
	poller = command_start(text);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)poller.pid);
	while (!mapped) {
		FILE *maps = fopen(path, "re");

		cr_assert(maps);
		while (fgets(text, sizeof(text), maps))
			mapped |= strstr(text, "/dev/uio") != NULL;
		fclose(maps);
	}
	OK(uiosim_unplug(d));
	cr_assert(fgets(text, sizeof(text), poller.output) && strstr(text, "gone"), "%s", text);
	cr_assert_eq(command_finish(&poller), 3 << 8);
	uiosim_free(d);
}

Test(tool, interrupts_live)
{
	struct uiosim *d = plug("tool-", "counter", "edge", NULL, "uio_stub");
	const char *name = uiosim_name(d);
	struct uiomap_device *device = open_dummy(d, 0);
	struct uiomap_region *region = uiomap_map(device, 0, 0);
	char line[512], arguments[128];
	unsigned int interrupts = 0, lines = 0;
	struct command watcher;

	uiomap_write32(uiomap_region_base(region), UIO_DUMMY_IRQ_ENABLE, 1);
	snprintf(arguments, sizeof(arguments), "watch %s --json --interval 0.2 --count 20", name);
	watcher = command_start(arguments);
	while (fgets(line, sizeof(line), watcher.output)) {
		/*
		 * `watch` prints its first line when the device is open, so it sees interrupts from
		 * now on.
		 */
		if (!lines++)
			OK(uiosim_stimulate(d, "trigger", 5));
		cr_assert_eq(sscanf(line, "{\"interrupts\":%u", &interrupts), 1, "%s", line);
		command_is_json(line);
	}
	cr_assert_eq(command_finish(&watcher), 0);
	cr_assert_eq(lines, 20);
	cr_assert_eq(interrupts, 5);
	PRINTS("watch %s -n 1 -i 0.01", "missed");
	/*
	 * More intervals than one line of the picture holds; then without permission to write to
	 * the node.
	 */
	PRINTS("watch %s -n 40 -i 0.001", "missed");
	cr_assert_eq(chmod(uiosim_uio_node(d), 0444), 0);
	cr_assert_eq(command_run_as_nobody("watch %s -n 1 -i 0.01", name), 0, "%s", command_output);
	EXITS(2, "watch %s -n 0");
	uiomap_close(device);
	uiosim_free(d);
}

/*
 * While a driver has the device open exclusively, reading commands work and writing ones are
 * refused.
 */
Test(tool, looking_at_a_held_device)
{
	struct uiosim *d = plug("tool-", "counter", "edge", NULL, "uio_stub");
	const char *name = uiosim_name(d);
	struct uiomap_device *device = open_dummy(d, UIOMAP_EXCLUSIVE);
	struct uiomap_region *region = uiomap_map(device, 0, 0);
	char line[512], arguments[128];
	unsigned int interrupts = 0, lines = 0;
	struct command watcher;

	uiomap_write32(uiomap_region_base(region), UIO_DUMMY_IRQ_ENABLE, 1);
	OK(uiosim_stimulate(d, "trigger", 3));
	PRINTS("read %s 0", "0x");
	PRINTS("dump %s 0 16", "00000000:");
	EXITS(1, "write %s 0 0");
	cr_assert(strstr(command_output, "held exclusively by"), "%s", command_output);
	snprintf(arguments, sizeof(arguments), "watch %s --json --interval 0.2", name);
	watcher = command_start(arguments);
	while (fgets(line, sizeof(line), watcher.output) && line[0] == '{') {
		if (!lines++)
			OK(uiosim_stimulate(d, "trigger", 5));
		cr_assert_eq(sscanf(line, "{\"interrupts\":%u", &interrupts), 1, "%s", line);
		command_is_json(line);
		if (interrupts && lines > 1)
			OK(uiosim_unplug(d));
	}
	cr_assert_eq(WEXITSTATUS(command_finish(&watcher)), 3);
	cr_assert(strstr(line, "gone"), "%s", line);
	cr_assert_eq(interrupts, 5);
	uiomap_close(device);
	uiosim_free(d);
}

Test(tool, monitor_and_removal)
{
	struct uiosim *d = plug("tool-", "counter", NULL, NULL, "uio_stub");
	char arguments[128], line[512], want[128];
	struct command monitor, watcher;

	snprintf(arguments, sizeof(arguments), "monitor %s", uiosim_name(d));
	monitor = command_start(arguments);
	snprintf(want, sizeof(want), " %s (uio_stub ", uiosim_name(d));
	cr_assert(fgets(line, sizeof(line), monitor.output) && !strncmp(line, "add ", 4) &&
			  strstr(line, want),
		  "%s", line);
	snprintf(arguments, sizeof(arguments), "watch %s -i 0.1", uiosim_name(d));
	watcher = command_start(arguments);
	cr_assert(fgets(line, sizeof(line), watcher.output));
	OK(uiosim_unplug(d));
	cr_assert(fgets(line, sizeof(line), monitor.output) && !strncmp(line, "remove ", 7) &&
			  strstr(line, want),
		  "%s", line);
	while (fgets(line, sizeof(line), watcher.output))
		;
	cr_assert(strstr(line, "gone") || strstr(line, "removed"), "%s", line);
	cr_assert_eq(WEXITSTATUS(command_finish(&watcher)), 3);
	OK(uiosim_go_live(d));
	OK(uiosim_bind(d, "uio_stub"));
	cr_assert(fgets(line, sizeof(line), monitor.output) && !strncmp(line, "add ", 4) &&
			  strstr(line, want),
		  "%s", line);
	kill(monitor.pid, SIGTERM);
	command_finish(&monitor);
	uiosim_free(d);
}
