def draw_map(book, material, notes):
    book.add_worksheet("Map")
