;;; memento-review-rows.el --- The rows of the list of remarks  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A list of 10,000 remarks shall open at once.  Hence a row is made in one go and not column by column: its cells are
;; strings of the final width, shared where they can be, that are only joined; all rows are inserted at once; which remark a
;; line is about is known by its number; and faces are put on what is displayed.

;;; Code:

(require 'memento-review)
(require 'tabulated-list)

(declare-function memento-review-list-sort-click "memento-review-list")

(defconst memento--review-list-widths
  '(:state 5 :age 4 :category (8 . 12) :project (7 . 16) :place (8 . 28))
  "The width of each column, or its least and greatest.")

(defsubst memento--review-list-ascii-p (string)
  "Return non-nil if each character of STRING takes one column."
  (= (string-bytes string) (length string)))

(defun memento--review-list-fit (string width)
  "Return STRING padded or cut to WIDTH columns."
  (if (memento--review-list-ascii-p string)
      (let ((length (length string)))
        (cond
         ((= length width) string)
         ((< length width) (concat string (make-string (- width length) ?\s)))
         (t (concat (substring string 0 (1- width)) "…"))))
    (truncate-string-to-width string width nil ?\s "…")))

(defun memento--review-list-fit-left (string width)
  "Return STRING padded to WIDTH columns, or cut at its left."
  (let ((columns (if (memento--review-list-ascii-p string) (length string) (string-width string))))
    (if (<= columns width)
        (memento--review-list-fit string width)
      (memento--review-list-fit
       (concat "…" (substring string (- (length string)
                                        (let ((count 0) (used 1))
                                          (while (<= (+ used (char-width (aref string (- (length string) count 1)))) width)
                                            (setq used (+ used (char-width (aref string (- (length string) count 1))))
                                                  count (1+ count)))
                                          count))))
       width))))

(defun memento--review-list-places (entries)
  "Return the places of ENTRIES as text, relative to their projects if possible."
  (let (last needle)
    (mapcar (lambda (entry)
              (let* ((path (plist-get entry :path))
                     (project (plist-get entry :project)))
                (unless (equal project last)
                  (setq last project
                        needle (concat "/" project "/")))
                (let ((at (string-search needle path)))
                  (concat (if at (substring path (+ at (length needle))) path)
                          ":" (memento--review-lines entry)))))
            entries)))

(defun memento--review-list-width (key texts)
  "Return the width of the column KEY with TEXTS in it."
  (pcase-let ((`(,least . ,greatest) (plist-get memento--review-list-widths key))
              (width 0)
              (last nil))
    (dolist (text texts)
      ;; Neighbours are often the same.
      (unless (or (null text) (equal text last))
        (setq last text
              width (max width (if (memento--review-list-ascii-p text) (length text) (string-width text))))))
    (max least (min greatest width))))

(defun memento--review-list-cells (width)
  "Return a function from a value, or nil, to its cell of WIDTH."
  (let ((cells (make-hash-table :test #'equal)))
    (lambda (value)
      (or (gethash value cells)
          (puthash value (concat (memento--review-list-fit (or value "-") width) " ") cells)))))

(defun memento--review-list-state-cell (entry)
  "Return the cell with the state of ENTRY."
  (memento--review-list-fit (concat (plist-get entry :keyword) (and (memento--review-claimed-p entry) "*"))
                            (1+ (plist-get memento--review-list-widths :state))))

(defun memento--review-list-rows (entries)
  "Return the rows of ENTRIES, and set the columns to what they need."
  (let* ((now (truncate (float-time)))
         (categories (mapcar (lambda (entry) (plist-get entry :category)) entries))
         (projects (mapcar (lambda (entry) (plist-get entry :project)) entries))
         (places (memento--review-list-places entries))
         (category-width (memento--review-list-width :category categories))
         (project-width (memento--review-list-width :project projects))
         (place-width (memento--review-list-width :place places))
         (category-cell (memento--review-list-cells category-width))
         (project-cell (memento--review-list-cells project-width))
         (keyword-cell (memento--review-list-cells (plist-get memento--review-list-widths :state))))
    (setq tabulated-list-format
          (vector (list "State" (plist-get memento--review-list-widths :state) t)
                  (list "Age" (plist-get memento--review-list-widths :age) #'memento--review-list-younger-p :right-align t)
                  (list "Category" category-width t)
                  (list "Project" project-width t)
                  (list "Place" place-width #'memento--review-list-before-p)
                  (list "Remark" 0 t)))
    (mapcar (lambda (entry)
              (list (plist-get entry :id)
                    (vector (if (plist-get entry :session)
                                (memento--review-list-state-cell entry)
                              (funcall keyword-cell (plist-get entry :keyword)))
                            (memento--review-age (plist-get entry :created) now)
                            (funcall category-cell (pop categories))
                            (funcall project-cell (pop projects))
                            (memento--review-list-fit-left (pop places) place-width)
                            (memento--review-first-line entry)
                            ;; Beyond the columns, for sorting and for the commands.
                            (or (plist-get entry :created) 0)
                            entry)))
            entries)))

(defun memento--review-list-younger-p (a b)
  "Return non-nil if the remark of row A is younger than that of row B."
  (> (aref (cadr a) 6) (aref (cadr b) 6)))

(defun memento--review-list-before-p (a b)
  "Return non-nil if the code of row A comes before that of row B."
  (let ((a (aref (cadr a) 7)) (b (aref (cadr b) 7)))
    (if (equal (plist-get a :file) (plist-get b :file))
        (< (plist-get a :line) (plist-get b :line))
      (string< (plist-get a :file) (plist-get b :file)))))

(defun memento--review-list-row (cells)
  "Return the text of the row with CELLS."
  (concat (aref cells 0) (aref cells 1) " " (aref cells 2) (aref cells 3) (aref cells 4) " " (aref cells 5) "\n"))

(defvar-local memento--review-list-shown []
  "The rows of the list in their order, a vector of (ID CELLS).")

(defun memento--review-list-at (position)
  "Return the row at POSITION, (ID CELLS), or nil."
  (let ((index (1- (line-number-at-pos position))))
    (and (< index (length memento--review-list-shown))
         (aref memento--review-list-shown index))))

(defun memento--review-list-line (id)
  "Return the number of the line with the remark ID, or nil."
  (when-let ((index (and id (seq-position memento--review-list-shown id
                                          (lambda (row id) (string= (car row) id))))))
    (1+ index)))

(defun memento--review-list-sort (rows)
  "Return ROWS in the order of `tabulated-list-sort-key'."
  (pcase-let* ((`(,name . ,reverse) tabulated-list-sort-key)
               (index (seq-position tabulated-list-format name (lambda (column name) (equal (car column) name))))
               (before (and index (nth 2 (aref tabulated-list-format index)))))
    (cond
     ((null before) rows)
     (t
      (when (eq before t)
        (setq before (lambda (a b) (string< (aref (cadr a) index) (aref (cadr b) index)))))
      (sort rows (if reverse (lambda (a b) (funcall before b a)) before))))))

(defvar memento--review-list-header-map
  (let ((map (make-sparse-keymap)))
    (define-key map [header-line mouse-1] #'memento-review-list-sort-click)
    map)
  "Keys of the headings of the list of remarks.")

(defun memento--review-list-header ()
  "Return the line of headings; that which the list is sorted by stands out.
Unlike that of Tabulated List mode it puts no arrow there, which would not fit."
  (mapconcat
   (pcase-lambda (`(,name ,width ,_ . ,properties))
     (propertize (if (plist-get properties :right-align)
                     (format (format "%%%ds" width) name)
                   (memento--review-list-fit name (max width (length name))))
                 'face (and (equal name (car tabulated-list-sort-key)) '(:weight bold :underline t))
                 'tabulated-list-column-name name
                 'help-echo "mouse-1: sort by this column, or the other way round"
                 'mouse-face 'header-line-highlight
                 'keymap memento--review-list-header-map))
   tabulated-list-format " "))

(defun memento--review-list-insert (rows)
  "Replace the current buffer's text by ROWS."
  (let ((inhibit-read-only t)
        (inhibit-modification-hooks t)
        (buffer-undo-list t))
    (erase-buffer)
    (insert (mapconcat (lambda (row) (memento--review-list-row (cadr row))) rows ""))
    (setq memento--review-list-shown (vconcat rows))
    (set-buffer-modified-p nil)))

(defun memento--review-list-fontify (start end)
  "Put faces on the rows between START and END, for `jit-lock-register'.
And the text properties that Tabulated List mode has there."
  (save-excursion
    (goto-char start)
    (forward-line 0)
    (with-silent-modifications
      (let ((index (1- (line-number-at-pos))))
        (while (and (< (point) end) (< index (length memento--review-list-shown)))
          (pcase-let ((`(,id ,cells) (aref memento--review-list-shown index))
                      (at (point)))
            (seq-do-indexed
             (lambda (face index)
               (let ((next (+ at (length (aref cells index)) (if (memq index '(1 4)) 1 0))))
                 (add-text-properties
                  at next (append (list 'tabulated-list-column-name (car (aref tabulated-list-format index)))
                                  (and face (list 'face face))))
                 (setq at next)))
             (list (if (plist-get (aref cells 7) :done) 'memento-review-done 'memento-review-todo)
                   'memento-review-age 'memento-review-category 'memento-review-project nil nil))
            (forward-line 1)
            (add-text-properties (line-beginning-position 0) (point)
                                 (list 'tabulated-list-id id 'tabulated-list-entry cells)))
          (setq index (1+ index)))))))

(provide 'memento-review-rows)
;;; memento-review-rows.el ends here
