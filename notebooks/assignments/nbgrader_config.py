"""The course of the five problem sets. nbgrader reads this file in the folder that it is started in."""

c = get_config()

c.CourseDirectory.course_id = "grisaille"

# nbgrader's own stub for Java is a comment, and a method that should return something would not compile.
# This one compiles, and fails when the method is called.
c.ClearSolutions.code_stub = {
    "java": '// YOUR CODE HERE\nthrow new UnsupportedOperationException("YOUR CODE HERE");',
}

# Seconds a cell. The JVM starts within the first one, and some cells train a small network.
c.Execute.timeout = 120
