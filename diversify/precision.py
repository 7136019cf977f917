"""Whether this machine calculates in bfloat16 at speed."""


def has_bf16() -> bool:
    """Say whether bf16 pays here: a GPU that knows it, or a processor with AVX512-BF16 or AMX."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    # torch names no public question for processors; without one, fp32 is always right
    known = [
        getattr(torch.cpu, name, None)
        for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    ]
    return any(supported() for supported in known if supported)
