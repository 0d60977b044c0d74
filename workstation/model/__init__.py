"""The words of the product as small frozen objects (product.md, "Words").

Plain data: no pydicom, no SQL, no files, no clock. Every class is a frozen, keyword-only, slotted dataclass, so that
a study, a result or a verdict can be handed to any thread and never changes under a reader's eyes.
"""
