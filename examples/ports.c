/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * ports [DEVICE]: registers behind I/O ports, which can't be mapped.
 *
 * The card is a Realtek RTL8139, as QEMU has one (-device rtl8139). Its BAR0 is an
 * I/O BAR. Registers: RTL8139C data sheet, section 6.
 */
#include <stdint.h>
#include <stdio.h>
#include <uiomap.h>

enum { MAC_ADDRESS = 0x00, COMMAND = 0x37 };
enum { RESET = 0x10 }; /* in COMMAND: write 1, reads as 1 until the reset is over */

int main(int argc, char **argv)
{
	const char *selector = argc > 1 ? argv[1] : "pci:10ec:8139";
	struct uiomap_device *device = uiomap_open(selector, UIOMAP_EXCLUSIVE);
	struct uiomap_port *port = device ? uiomap_port_open_name(device, "BAR0") : NULL;
	uint8_t mac[6], command = RESET;

	if (!port)
		goto fail;

	/* Each access can fail, and none raises a signal: after removal they fail with ENODEV. */
	if (uiomap_port_write8(port, COMMAND, RESET) < 0)
		goto fail;
	for (int tries = 0; command & RESET; tries++) {
		if (uiomap_port_read8(port, COMMAND, &command) < 0)
			goto fail;
		if (tries == 1000) {
			fprintf(stderr, "ports: the card does not end its reset\n");
			uiomap_close(device);
			return 1;
		}
	}
	for (unsigned int i = 0; i < sizeof(mac); i++)
		if (uiomap_port_read8(port, MAC_ADDRESS + i, &mac[i]) < 0)
			goto fail;
	printf("MAC address %02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2], mac[3],
	       mac[4], mac[5]);
	uiomap_close(device);
	return 0;
fail:
	fprintf(stderr, "ports: %s\n", uiomap_error());
	uiomap_close(device);
	return 1;
}
