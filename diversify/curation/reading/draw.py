"""Draw so many records of a source while they pass by, holding no more of them than that."""

import heapq
from collections.abc import Iterable, Iterator

from diversify.records import Record, digest


class Draw:
    """The `most` records whose content hashes least under the seed.

    A hash is as good as a random number, and hangs on nothing but the content: whatever the order
    of rows and files, the same rows are drawn, and fewer of them are a part of more (bottom-k
    sampling, Cohen and Kaplan 2007). Takes O(n log most) for n records.
    """

    def __init__(self, most: int, seed: int) -> None:
        """Make ready to draw so many records at most."""
        self.most = most
        self.seed = seed
        self._kept: list[tuple[int, int, int, Record]] = []
        """(-hash, -arrival, file, record): a heap, the next one to go on top."""
        self._arrived = 0

    def offer(self, file: int, records: Iterable[Record]) -> None:
        """Let the records of a file pass by."""
        for record in records:
            self._arrived += 1  # of two with one content, the first goes before
            hashed = int(digest(f"{self.seed} {record.id}"), 16)
            entry = (-hashed, -self._arrived, file, record)
            if len(self._kept) < self.most:
                heapq.heappush(self._kept, entry)
            elif entry > self._kept[0]:
                heapq.heapreplace(self._kept, entry)

    def of(self, file: int) -> Iterator[Record]:
        """Give those that were drawn of a file, in its order."""
        mine = [(-arrival, record) for _, arrival, of_file, record in self._kept if of_file == file]
        return iter([record for _, record in sorted(mine, key=lambda pair: pair[0])])
