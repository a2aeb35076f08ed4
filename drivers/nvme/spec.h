/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The uiomap authors */
/*
 * The parts of the specifications that this driver uses. Sections refer to
 *
 *   base	NVM Express Base Specification 2.0
 *   nvm	NVM Command Set Specification 1.0
 *   pcie	NVMe over PCIe Transport Specification 1.0
 *
 * Everything is little-endian in registers and memory (base 1.5).
 */
#ifndef NVME_SPEC_H
#define NVME_SPEC_H

#include <stdint.h>

/* clang-format off: tables */

/* ---- controller properties, BAR0 (base 3.1.3, pcie 3.1.1) ---- */

#define NVME_CAP	     0x00u /* 64 bit (base 3.1.3.1) */
/* maximum entries of a queue; the field is 0's based */
#define NVME_CAP_MQES(cap)   ((uint32_t)((cap) & 0xffff) + 1)
/* in units of 500 ms: the longest time until CSTS.RDY follows CC.EN */
#define NVME_CAP_TO(cap)     ((uint32_t)((cap) >> 24 & 0xff))
/* bytes from doorbell to doorbell */
#define NVME_CAP_DSTRD(cap)  (4u << ((cap) >> 32 & 0xf))
/* has the NVM command set */
#define NVME_CAP_CSS_NVM     (UINT64_C(1) << 37)
/* bytes of the smallest memory page */
#define NVME_CAP_MPSMIN(cap) (UINT64_C(4096) << ((cap) >> 48 & 0xf))
#define NVME_VS		     0x08u /* major 31:16, minor 15:8, tertiary 7:0 (base 3.1.3.2) */
#define NVME_CC		     0x14u /* (base 3.1.3.5) */
#define NVME_CC_EN	     1u
#define NVME_CC_MPS(page)    ((uint32_t)(__builtin_ctzll(page) - 12) << 7)
#define NVME_CC_SHN	     (3u << 14)
#define NVME_CC_SHN_NORMAL   (1u << 14)
#define NVME_CC_IOSQES(log2) ((uint32_t)(log2) << 16)
#define NVME_CC_IOCQES(log2) ((uint32_t)(log2) << 20)
#define NVME_CSTS	     0x1cu /* (base 3.1.3.6) */
#define NVME_CSTS_RDY	     1u
#define NVME_CSTS_CFS	     2u /* fatal (base 9.5) */
#define NVME_CSTS_SHST	     (3u << 2)
#define NVME_CSTS_SHST_DONE  (2u << 2)
/* entries of the admin queues, 0's based: CQ 27:16, SQ 11:0 (base 3.1.3.8) */
#define NVME_AQA	     0x24u
#define NVME_ASQ	     0x28u /* 64 bit (base 3.1.3.9) */
#define NVME_ACQ	     0x30u /* 64 bit (base 3.1.3.10) */

/* Doorbells: tail of submission queue y, head of completion queue y (pcie 3.1.2.1, 3.1.2.2). */
#define NVME_SQTDBL(y, stride) (0x1000u + 2 * (y) * (stride))
#define NVME_CQHDBL(y, stride) (0x1000u + (2 * (y) + 1) * (stride))

/* What a read returns if the device was removed (PCI Express: no completer answers). */
#define NVME_ABSENT UINT32_MAX

/* ---- queue entries ---- */

/* Submission queue entry (base 3.3.3.1). */
struct nvme_command {
	uint8_t opcode;
	uint8_t flags; /* 0: not fused, PRPs */
	uint16_t cid;
	uint32_t nsid;
	uint32_t cdw2, cdw3;
	uint64_t mptr;
	uint64_t prp1, prp2; /* (base 4.1.1) */
	uint32_t cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
};
#define NVME_SQE_LOG2 6

/* Completion queue entry (base 3.3.3.2). */
struct nvme_completion {
	uint32_t dw0; /* depends on the command */
	uint32_t dw1;
	uint32_t dw2; /* SQ identifier 31:16, SQ head 15:0 */
	uint32_t dw3; /* status 31:17, phase tag 16, command identifier 15:0 */
};
#define NVME_CQE_LOG2  4
#define NVME_CQE_PHASE (1u << 16)
/* Status field (base 3.3.3.2.1), as 15 bits. */
#define NVME_SF(dw3)   ((dw3) >> 17)
#define NVME_SF_CODE   0x7ffu	  /* status code type 10:8, status code 7:0 */
#define NVME_SF_DNR    (1u << 14) /* do not retry */

_Static_assert(sizeof(struct nvme_command) == 1 << NVME_SQE_LOG2, "base 3.3.3.1: 64 bytes");
_Static_assert(sizeof(struct nvme_completion) == 1 << NVME_CQE_LOG2, "base 3.3.3.2: 16 bytes");

/* ---- admin commands (base 5) ---- */

#define NVME_ADMIN_DELETE_SQ	0x00 /* (base 5.7) */
#define NVME_ADMIN_CREATE_SQ	0x01 /* (base 5.5) */
#define NVME_ADMIN_DELETE_CQ	0x04 /* (base 5.6) */
#define NVME_ADMIN_CREATE_CQ	0x05 /* (base 5.4) */
#define NVME_ADMIN_IDENTIFY	0x06 /* (base 5.17) */
#define NVME_ADMIN_ABORT	0x08 /* (base 5.1) */
#define NVME_ADMIN_SET_FEATURES 0x09 /* (base 5.27) */

#define NVME_QUEUE_CONTIGUOUS 1u /* CDW11 of Create I/O ... Queue: PC */
/* CDW11 of Create I/O Completion Queue: IEN; the vector is in 31:16 */
#define NVME_QUEUE_INTERRUPTS 2u
#define NVME_ABORT_NOT	      1u    /* dw0 of Abort: the command was not aborted */
#define NVME_FEATURE_QUEUES   0x07u /* Number of Queues (base 5.27.1.5) */

#define NVME_CNS_NAMESPACE  0x00u /* Identify Namespace (nvm 4.1.5.1) */
#define NVME_CNS_CONTROLLER 0x01u /* Identify Controller (base 5.17.2.1) */
#define NVME_IDENTIFY_SIZE  4096u

/* Offsets in the Identify Controller data. */
#define NVME_ID_VID  0	/* 16 bit */
#define NVME_ID_SN   4	/* 20 bytes of text */
#define NVME_ID_MN   24 /* 40 bytes of text */
#define NVME_ID_FR   64 /* 8 bytes of text */
/* 8 bit: longest transfer is CAP.MPSMIN << MDTS bytes; 0: no limit */
#define NVME_ID_MDTS 77
#define NVME_ID_NN   516 /* 32 bit: highest namespace identifier */
#define NVME_ID_VWC  525 /* 8 bit, bit 0: there is a volatile write cache */

/* Offsets in the Identify Namespace data. */
#define NVME_NS_NSZE  0	 /* 64 bit: blocks; 0: no such namespace */
#define NVME_NS_FLBAS 26 /* 8 bit: which format, bits 3:0 */
/* formats of 32 bit: metadata bytes 15:0, log2 of the block's bytes 23:16 */
#define NVME_NS_LBAF  128

/* ---- I/O commands ---- */

#define NVME_CMD_FLUSH 0x00 /* (base 7.1) */
#define NVME_CMD_WRITE 0x01 /* (nvm 3.2.6) */
#define NVME_CMD_READ  0x02 /* (nvm 3.2.4) */

#define NVME_STATUS_ABORTED    0x007u /* Command Abort Requested */
#define NVME_STATUS_SQ_DELETED 0x008u /* Command Aborted due to SQ Deletion */

/* clang-format on */

#endif /* NVME_SPEC_H */
