/* Formatting of XML, SCSS and JavaScript; dev/lint finds the plugin in its cache. */
module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    printWidth: 88,
    tabWidth: 4,
    trailingComma: "es5",
    // White space between tags is text in QWeb and in domains: leave it alone.
    xmlWhitespaceSensitivity: "preserve",
};
