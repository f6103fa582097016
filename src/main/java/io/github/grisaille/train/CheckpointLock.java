package io.github.grisaille.train;

import io.github.grisaille.io.FileTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CancellationException;

/** Keeps a folder of checkpoints for one training at a time. A process that dies gives it back. */
final class CheckpointLock {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long PAUSE_MILLIS = 50;

    private static final String LOCK = ".lock";

    /** Null where nothing can be written. */
    private final FileChannel channel;

    private CheckpointLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes a folder, and waits a little for a training that was just interrupted: in a notebook it may be writing its last
     * checkpoint behind the cell. A folder that nobody can write in needs no lock.
     */
    static CheckpointLock take(Path folder) {
        return take(folder, PATIENCE_MILLIS);
    }

    static CheckpointLock take(Path folder, long patienceMillis) {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            for (long waited = 0; !locked(channel); waited += PAUSE_MILLIS) {
                if (waited >= patienceMillis) {
                    channel.close();
                    throw new IllegalStateException(folder + " is in use by another training: wait for it or interrupt"
                            + " it, or keep these checkpoints in another folder");
                }
                Thread.sleep(PAUSE_MILLIS);
            }
            return new CheckpointLock(channel);
        } catch (IOException failed) {
            if (Files.isDirectory(folder) && !Files.isWritable(folder)) {
                return new CheckpointLock(null);
            }
            UncheckedIOException trouble = FileTrouble.writing(folder.resolve(LOCK), failed);
            throw new UncheckedIOException(folder + " cannot be used for checkpoints: " + trouble.getMessage(), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for another training in " + folder);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException inThisProcess) {
            return false;
        }
    }

    void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException alreadyGone) {
            return;
        }
    }
}
