package io.github.grisaille.backend.cpu;

import io.github.grisaille.backend.BackendContract;
import io.github.grisaille.tensor.Backend;

class JavaBackendTest extends BackendContract {
    @Override
    protected Backend backend() {
        return Backend.cpu();
    }
}
