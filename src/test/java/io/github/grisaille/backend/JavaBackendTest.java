package io.github.grisaille.backend;

import io.github.grisaille.tensor.Backend;

class JavaBackendTest extends BackendContract {
    @Override
    Backend backend() {
        return Backend.cpu();
    }
}
