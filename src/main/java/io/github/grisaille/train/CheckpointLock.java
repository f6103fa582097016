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

/** A lock: only one training at a time uses a folder of checkpoints. If a process dies, its lock is free again. */
final class CheckpointLock {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long PAUSE_MILLIS = 50;

    private static final String LOCK = ".lock";

    /** Null if the folder cannot be written. */
    private final FileChannel channel;

    private CheckpointLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks a folder. It waits up to ten seconds, since a training that was just interrupted in a notebook may still be
     * writing its last checkpoint. A folder that cannot be written needs no lock.
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
                    throw new IllegalStateException(folder + " is in use by another training: wait for it, interrupt"
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
